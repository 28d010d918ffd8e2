import { exitCodes } from '../exit-code.js';
import type { PolicyCommands } from './arguments.js';

/** What `exposcan policy …` does; each loaded when it is asked for. */
export const policyCommands: PolicyCommands = {
  async init(targets, flags) {
    const { runPolicyInit } = await import('./init-command.js');
    return runPolicyInit(targets, flags);
  },
  async lint(files, flags) {
    const { runPolicyLint } = await import('./lint-command.js');
    return runPolicyLint(files, flags);
  },
  async explain(host, port, flags) {
    const { runPolicyExplain } = await import('./explain-command.js');
    return runPolicyExplain(host, port, flags);
  },
  async schema() {
    const { policyJsonSchema } = await import('../../policy/language/policy-document.js');
    const { jsonText } = await import('../../report/json.js');
    process.stdout.write(jsonText(policyJsonSchema()));
    return exitCodes.conforms;
  },
};
