/** How probes fared that went to endpoints known to answer: the measure of what gets lost on the way. */
export interface LossCount {
  trials: number;
  lost: number;
}

/** Apart, because a host may limit its refusals, and not what it accepts. */
export interface Losses {
  readonly accepted: LossCount;
  readonly refused: LossCount;
}

export function createLosses(): Losses {
  return { accepted: { trials: 0, lost: 0 }, refused: { trials: 0, lost: 0 } };
}

/** One-sided: in at most one case out of twenty is the true loss above the bound. */
const confidence = 0.95;
const halvings = 50;
/** Above this many losses the normal approximation is as good. */
const mostExact = 200;

/**
 * The upper confidence bound of the share that is lost, 0 to 1: Clopper and Pearson's (1934), which never claims too little; undefined
 * where nothing was tried.
 */
export function lossBound({ trials, lost }: LossCount): number | undefined {
  if (trials === 0) return undefined;
  if (lost >= trials) return 1;
  if (lost > mostExact) {
    const share = lost / trials;
    return Math.min(1, share + 1.645 * Math.sqrt((share * (1 - share)) / trials) + 1 / trials);
  }
  let [low, high] = [lost / trials, 1];
  for (let step = 0; step < halvings; step++) {
    const middle = (low + high) / 2;
    if (atMost(lost, trials, middle) > 1 - confidence) low = middle;
    else high = middle;
  }
  return high;
}

/** The chance of at most `lost` losses in `trials`, each lost with chance `share`. */
function atMost(lost: number, trials: number, share: number): number {
  if (share >= 1) return 0;
  const odds = Math.log(share) - Math.log1p(-share);
  let term = trials * Math.log1p(-share);
  let sum = Math.exp(term);
  for (let count = 1; count <= lost; count++) {
    term += Math.log((trials - count + 1) / count) + odds;
    sum += Math.exp(term);
  }
  return sum;
}

/** An open port that greets may answer when refusals are limited: with enough to go by, only what was accepted counts. */
const enough = 100;

/** The loss that an open port would suffer, as far as it was measured. */
export function lossOf({ accepted, refused }: Losses): LossCount {
  if (accepted.trials >= enough) return accepted;
  return { trials: accepted.trials + refused.trials, lost: accepted.lost + refused.lost };
}

/** So many probes to ports of each kind, and this share of refusals lost, with at most this part of it lost where ports accept. */
const judgedFrom = 30;
const limitedShare = 0.2;
const spared = 0.5;

/** Whether a host limits how many connections it refuses (Linux, BSD and firewalls do), and so is silent where it would refuse. */
export function limitsRefusals({ accepted, refused }: Losses): boolean {
  if (refused.trials < judgedFrom || accepted.trials < judgedFrom) return false;
  const share = refused.lost / refused.trials;
  return share >= limitedShare && (lossBound(accepted) ?? 1) <= share * spared;
}

/** How many probes bring the chance that all are lost down to `target`; Infinity where no number does. */
export function probesNeeded(bound: number, target: number): number {
  if (bound >= 1) return Number.POSITIVE_INFINITY;
  return bound <= 0 ? 1 : Math.max(1, Math.ceil(Math.log(target) / Math.log(bound) - 1e-9));
}
