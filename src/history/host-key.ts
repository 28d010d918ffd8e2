import { withoutRoot } from '../model/host-name.js';
import { recordedTarget } from '../model/parse-target.js';

/**
 * A target as it is looked for in the history, so that all spellings of one meet: a name in its ASCII form, in lower case and without the
 * root's dot; an address in its canonical spelling; a block or a range as it was typed, in lower case.
 */
export function hostKey(target: string): string {
  const spec = recordedTarget(target);
  switch (spec?.kind) {
    case 'name':
      return withoutRoot(spec.name);
    case 'address':
      return spec.address.text;
    default:
      return target.toLowerCase();
  }
}
