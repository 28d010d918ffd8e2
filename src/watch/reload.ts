import { messageOf } from '../model/errors.js';
import { declaredTargets } from '../policy/resolution/only.js';
import { counted } from '../model/quantity.js';
import { concludeReload } from './decision/conclude-missed.js';
import { PlaceLost } from './ledger.js';
import { concludingNow, loadWatchedPolicy, noteEvent, type Watching } from './watching.js';

/**
 * Reads the policy and the notifiers anew. Both take effect, or neither: where one is broken the old ones stay, and that is told. What
 * the new policy does not speak of any more is told as ended by the next run.
 */
export async function reload(watching: Watching): Promise<void> {
  const { world, ledger, delivery } = watching;
  let trouble: string | undefined;
  try {
    const policy = await loadWatchedPolicy(world);
    const useNotifiers = await world.loadNotifiers();
    await useNotifiers();
    watching.policy = policy;
    world.say(
      `reloaded: ${counted(declaredTargets(policy).length, 'host')} of the policy ${policy.name} (${policy.file})`,
    );
  } catch (error) {
    trouble = messageOf(error);
    world.say(`the reload failed, and the old policy and notifiers are kept: ${trouble}`);
  }
  try {
    await noteEvent(
      watching,
      trouble === undefined ? 'reloaded' : 'reload-failed',
      trouble === undefined ? {} : { trouble },
    );
    await ledger.apply(concludeReload(ledger.state, trouble, concludingNow(watching)));
    delivery.ring();
  } catch (error) {
    if (error instanceof PlaceLost) throw error;
    world.say(`the reload could not be kept in the history: ${messageOf(error)}`);
  }
}
