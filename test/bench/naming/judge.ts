import type { Proof } from '../../lab/groups/lab-daemon.js';
import type { Answer } from './answers.js';

/** How many of the ports of a daemon were told rightly, and how often something was claimed that is not so. */
export interface Judgement {
  readonly ports: number;
  readonly named: number;
  readonly products: number;
  readonly versions: number;
  readonly wrong: number;
}

export const nothingJudged: Judgement = { ports: 0, named: 0, products: 0, versions: 0, wrong: 0 };

/** Holds what a scanner said against what stands there. Whatever is left out is no error, and no merit either. */
export function judge(proofs: readonly Proof[], version: string, answers: readonly Answer[]): Judgement {
  return proofs.map((proof) => judgeOne(proof, version, answers)).reduce(plus, nothingJudged);
}

export function plus(a: Judgement, b: Judgement): Judgement {
  return {
    ports: a.ports + b.ports,
    named: a.named + b.named,
    products: a.products + b.products,
    versions: a.versions + b.versions,
    wrong: a.wrong + b.wrong,
  };
}

function judgeOne(proof: Proof, version: string, answers: readonly Answer[]): Judgement {
  const answer = answers.find(({ port, probed }) => port === proof.port && probed);
  if (answer === undefined) return { ...nothingJudged, ports: 1 };
  const isNamed = isSameService(proof, answer);
  // Where the bytes prove no product, naming the right one by other means is no error: which one it is is not known here.
  const isProduct = answer.product !== undefined && proof.product?.test(answer.product) === true;
  const isVersion = answer.version !== undefined && isSameVersion(answer.version, version);
  const isWrong =
    !isNamed ||
    (answer.product !== undefined && proof.product !== undefined && !isProduct) ||
    (answer.version !== undefined && !isVersion && !isRangeWith(answer.version, version));
  return {
    ports: 1,
    named: isNamed ? 1 : 0,
    products: isProduct ? 1 : 0,
    versions: isVersion ? 1 : 0,
    wrong: isWrong ? 1 : 0,
  };
}

/** nmap has no names of their own for services inside TLS. */
function isSameService({ name, tunnel, alsoCalled = [] }: Proof, answer: Answer): boolean {
  const told = answer.name.toLowerCase();
  return (
    answer.tunnel === (tunnel !== undefined) && [name, ...alsoCalled].some((one) => told === one || `${told}s` === one)
  );
}

/** Whole numbers must agree as far as both go: `0.23` of 0.23.12. What a distribution did to the source is no part of it: `1.20+ds`. */
function isSameVersion(told: string, version: string): boolean {
  const upstream = version.replace(/[+~].*$/, '');
  return told.startsWith(upstream) || `${upstream}.`.startsWith(`${told}.`);
}

/** `9.6.0 or later`: vague, and true. */
function isRangeWith(told: string, version: string): boolean {
  const [, least = ''] = /^([0-9.]+) or later$/.exec(told) ?? [];
  return least !== '' && least.localeCompare(version, undefined, { numeric: true }) <= 0;
}
