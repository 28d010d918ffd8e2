import type { HistoryCommands } from './arguments.js';

/** What each word of `exposcan history` does, loaded when it is asked for. */
export const historyCommands: HistoryCommands = {
  async query(host, port, flags) {
    const { runHistory } = await import('./command.js');
    return runHistory(host, port, flags);
  },
  async verifyLog(flags) {
    const { runVerifyLog } = await import('./verify-log-command.js');
    return runVerifyLog(flags);
  },
  async rebuild(flags) {
    const { runRebuild } = await import('./upkeep-command.js');
    return runRebuild(flags);
  },
  async prune(flags) {
    const { runPrune } = await import('./upkeep-command.js');
    return runPrune(flags);
  },
};
