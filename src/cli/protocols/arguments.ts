import { Command } from '@commander-js/extra-typings';

/** The flags of `exposcan protocols`. */
export interface ProtocolsFlags {
  readonly json?: true;
}

export function protocolsCommand(run: (name: string | undefined, flags: ProtocolsFlags) => Promise<void>) {
  return new Command('exposcan protocols')
    .description(
      'Lists every protocol by which an open port is named: its usual ports, how it is recognised, what is sent to it, how it is left, ' +
        "and what that leaves in the server's log.",
    )
    .argument('[name]', 'one of them, and where the bytes come from that it is tested with')
    .option('--json', 'write them as JSON')
    .addHelpText('after', '\nExit codes: 0 told, 2 wrong usage or an unknown protocol.')
    .action(async (name, options) => {
      await run(name, options);
    });
}
