import type { CommandUnknownOpts } from '@commander-js/extra-typings';

/** Takes the exit code. */
export type Finish = (code: number) => void;

interface Subcommand {
  /** Lines for the help of the program itself. */
  readonly usage: readonly string[];
  /** Both what it takes and what it does are loaded when they are asked for, so that `--help` need not wait for them. */
  readonly load: (finish: Finish) => Promise<CommandUnknownOpts>;
}

/** The words that mean more than a host of that name. */
export const subcommands: Readonly<Record<string, Subcommand>> = {
  check: {
    usage: ['check --policy FILE [--snapshot FILE]...'],
    async load(finish) {
      const { checkCommand } = await import('./check/arguments.js');
      return checkCommand(async (flags) => {
        const { runCheck } = await import('./check/command.js');
        finish(await runCheck(flags));
      });
    },
  },
  diff: {
    usage: ['diff BEFORE AFTER'],
    async load(finish) {
      const { diffCommand } = await import('./diff/arguments.js');
      return diffCommand(async (before, after, flags) => {
        const { runDiff } = await import('./diff/command.js');
        finish(await runDiff(before, after, flags));
      });
    },
  },
  history: {
    usage: ['history [HOST [PORT]]', 'history verify-log|rebuild|prune'],
    async load(finish) {
      const { historyCommand } = await import('./history/arguments.js');
      const { historyCommands } = await import('./history/commands.js');
      return historyCommand(historyCommands, finish);
    },
  },
  policy: {
    usage: ['policy init|lint|explain|schema'],
    async load(finish) {
      const { policyCommand } = await import('./policy/arguments.js');
      const { policyCommands } = await import('./policy/commands.js');
      return policyCommand(policyCommands, finish);
    },
  },
  protocols: {
    usage: ['protocols [NAME]'],
    async load(finish) {
      const { protocolsCommand } = await import('./protocols/arguments.js');
      return protocolsCommand(async (name, flags) => {
        const { runProtocols } = await import('./protocols/command.js');
        finish(await runProtocols(name, flags));
      });
    },
  },
  reconcile: {
    usage: ['reconcile --inside FILE --snapshot FILE'],
    async load(finish) {
      const { reconcileCommand } = await import('./reconcile/arguments.js');
      return reconcileCommand(async (flags) => {
        const { runReconcile } = await import('./reconcile/command.js');
        finish(await runReconcile(flags));
      });
    },
  },
  report: {
    usage: ['report --weekly [HOST...]'],
    async load(finish) {
      const { reportCommand } = await import('./report/arguments.js');
      return reportCommand(async (hosts, flags) => {
        const { runReport } = await import('./report/command.js');
        finish(await runReport(hosts, flags));
      });
    },
  },
  verify: {
    usage: [
      "verify begin TARGET... --expect 'mysql: public -> local-only'",
      'verify end [TARGET...]',
      "verify TARGET... --expect 'SERVICE: FROM -> TO' --run COMMAND",
    ],
    async load(finish) {
      const { verifyCommand } = await import('./verify/arguments.js');
      const commands = () => import('./verify/command.js');
      return verifyCommand(
        {
          begin: async (targets, flags) => (await commands()).runVerifyBegin(targets, flags),
          end: async (targets, flags) => (await commands()).runVerifyEnd(targets, flags),
          whole: async (targets, flags) => (await commands()).runVerify(targets, flags),
        },
        finish,
      );
    },
  },
  watch: {
    usage: ["watch --policy FILE --schedule '0 3 * * *'"],
    async load(finish) {
      const { watchCommand } = await import('./watch/arguments.js');
      return watchCommand(async (flags) => {
        const { runWatch } = await import('./watch/command.js');
        finish(await runWatch(flags));
      });
    },
  },
};
