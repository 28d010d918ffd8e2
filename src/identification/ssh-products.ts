interface ProductName {
  readonly pattern: RegExp;
  readonly product: string;
  readonly cpe?: readonly [vendor: string, product: string];
}

/** Products whose name in the software version is not their own name, or that have a CPE. The first that fits counts. */
const known: readonly ProductName[] = [
  { pattern: /^OpenSSH$/, product: 'OpenSSH', cpe: ['openbsd', 'openssh'] },
  { pattern: /^dropbear$/i, product: 'Dropbear', cpe: ['dropbear_ssh_project', 'dropbear_ssh'] },
  { pattern: /^libssh$/, product: 'libssh', cpe: ['libssh', 'libssh'] },
  { pattern: /^libssh2$/, product: 'libssh2', cpe: ['libssh2', 'libssh2'] },
  { pattern: /^(?:SSHD-CORE|SSHD-OSGI|APACHE-SSHD)$/, product: 'Apache MINA SSHD', cpe: ['apache', 'sshd'] },
  { pattern: /^paramiko$/i, product: 'Paramiko', cpe: ['paramiko', 'paramiko'] },
  { pattern: /^AsyncSSH$/, product: 'AsyncSSH', cpe: ['asyncssh_project', 'asyncssh'] },
  { pattern: /^wolfSSH$/, product: 'wolfSSH', cpe: ['wolfssl', 'wolfssh'] },
  { pattern: /^VShell$/, product: 'VShell', cpe: ['vandyke', 'vshell'] },
  { pattern: /^Serv-U$/, product: 'Serv-U', cpe: ['solarwinds', 'serv-u'] },
  { pattern: /^ROSSSH$/, product: 'MikroTik RouterOS' },
  { pattern: /^Go$/, product: 'Go x/crypto/ssh' },
  { pattern: /^lancom$/i, product: 'LANCOM' },
  { pattern: /^Sun_SSH$/, product: 'Sun SSH' },
  { pattern: /^Erlang$/, product: 'Erlang/OTP ssh' },
  { pattern: /^CrushFTPSSHD$/, product: 'CrushFTP' },
  { pattern: /^tinyssh$/, product: 'TinySSH' },
  { pattern: /^lshd$/, product: 'lsh' },
  { pattern: /^mod_sftp$/, product: 'ProFTPD mod_sftp' },
  { pattern: /^(?:Bitvise SSH Server(?: \(WinSSHD\))?|WinSSHD)$/, product: 'Bitvise SSH Server' },
  { pattern: /^3Com OS-3Com OS$/, product: '3Com OS' },
];

/** What stands where the name has been left out or made unreadable. */
const placeholder = /^(?:SSH[12]?|SSHD|SFTP|Server|SSH[ _-]Server|SFTP[ _-]Server|Unknown|None|Hidden|[xX*]{1,64})$/i;

/** What is known of the name in a software version; nameless where a word stands there that is no name. */
export function productOf(word: string | undefined): {
  readonly name?: ProductName | undefined;
  readonly isNameless: boolean;
} {
  if (word === undefined) return { isNameless: false };
  return { name: known.find(({ pattern }) => pattern.test(word)), isNameless: placeholder.test(word) };
}
