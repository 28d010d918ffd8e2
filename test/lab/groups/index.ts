import { basics } from './basics.js';
import { brokers } from './brokers.js';
import { databases } from './databases.js';
import { infrastructure, otherNameServers } from './infrastructure.js';
import type { LabDaemon } from './lab-daemon.js';
import { mail, unpacked } from './mail.js';
import { operations } from './operations.js';
import { remoteAccess } from './remote-access.js';
import { web } from './web.js';

/** Daemons that run on one host together: no two of them use the same port. */
export interface LabGroup {
  readonly name: string;
  readonly daemons: readonly LabDaemon[];
  /** They stand for the usual host, and are measured at once too. */
  readonly atOnce?: true;
}

/** Which daemon of the lab proves which protocol. */
export const labGroups: readonly LabGroup[] = [
  { name: 'basics', daemons: basics, atOnce: true },
  { name: 'databases', daemons: databases },
  { name: 'brokers', daemons: brokers },
  { name: 'remote access', daemons: remoteAccess },
  { name: 'infrastructure', daemons: infrastructure },
  { name: 'web', daemons: web },
  { name: 'operations', daemons: operations },
  { name: 'mail', daemons: mail },
  ...[...otherNameServers, ...unpacked].map((daemon): LabGroup => ({ name: daemon.name, daemons: [daemon] })),
];
