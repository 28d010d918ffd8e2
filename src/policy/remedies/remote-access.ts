import type { ServiceRemedies } from './remedy.js';

/** Shells and screens from afar, and debuggers, which come to the same. */
export const remoteAccessRemedies: readonly ServiceRemedies[] = [
  {
    services: ['ssh', 'ssh-alt'],
    risk: 'medium',
    remedies: [
      {
        product: 'OpenSSH',
        processes: ['sshd'],
        effect: 'inner',
        setting: 'one ListenAddress for each inner address, IPv4 and IPv6, on which you log in',
        files: { debian: '/etc/ssh/sshd_config', rhel: '/etc/ssh/sshd_config' },
        restart: { debian: 'sshd -t && systemctl restart ssh', rhel: 'sshd -t && systemctl restart sshd' },
        beware: 'do not lock yourself out: keep this session open, and a console at hand, until a second login works',
        socketUnits: ['ssh.socket', 'sshd.socket'],
        check: 'sshd -T | grep listenaddress',
        ipv6: 'it binds the addresses listed and no others; a list of one family closes the other',
        source: 'https://man.openbsd.org/sshd_config#ListenAddress',
      },
    ],
  },
  {
    services: ['telnet', 'telnet-alt', 'telnets', 'rtelnet', 'login', 'shell', 'exec'],
    risk: 'high',
    remedies: [
      {
        product: 'telnetd, rlogind, rshd, rexecd',
        processes: ['telnetd', 'in.telnetd', 'inetd', 'xinetd', 'inetutils-inetd'],
        effect: 'off',
        setting:
          'systemctl disable --now telnet.socket (rlogin.socket, rsh.socket, rexec.socket), or comment its line out of ' +
          '/etc/inetd.conf, or disable = yes in /etc/xinetd.d/; and use ssh',
        restart: { debian: 'systemctl restart inetd', rhel: 'systemctl restart xinetd' },
        check: 'systemctl list-sockets',
        ipv6: 'it stops listening on both families; inetd.conf may have a line for each (tcp, tcp6)',
        source: 'https://www.gnu.org/software/inetutils/manual/inetutils.html',
      },
    ],
  },
  {
    services: ['ms-wbt-server'],
    risk: 'high',
    remedies: [
      {
        product: 'Remote Desktop of Windows',
        processes: ['TermService', 'svchost.exe'],
        effect: 'firewall',
        setting:
          'Disable-NetFirewallRule -DisplayGroup "Remote Desktop" (or restrict its rules to the addresses of your VPN)',
        check: 'Get-NetFirewallRule -DisplayGroup "Remote Desktop"',
        ipv6: 'a rule of the Windows firewall holds for both families unless it names addresses: name both then',
        source: 'https://learn.microsoft.com/en-us/powershell/module/netsecurity/disable-netfirewallrule',
      },
      {
        product: 'xrdp',
        processes: ['xrdp'],
        effect: 'bind',
        setting: 'port=tcp://127.0.0.1:3389',
        files: { debian: '/etc/xrdp/xrdp.ini', rhel: '/etc/xrdp/xrdp.ini' },
        restart: { debian: 'systemctl restart xrdp', rhel: 'systemctl restart xrdp' },
        ipv6: 'it binds this one address, so nothing on IPv6; a port alone binds every address of both',
        source: 'https://github.com/neutrinolabs/xrdp/blob/devel/docs/man/xrdp.ini.5.in',
      },
    ],
  },
  {
    services: ['wsman', 'wsmans'],
    risk: 'high',
    remedies: [
      {
        product: 'Windows Remote Management',
        processes: ['WinRM'],
        effect: 'firewall',
        setting:
          'Disable-NetFirewallRule -DisplayGroup "Windows Remote Management" (or Stop-Service WinRM and Set-Service WinRM -StartupType Disabled)',
        check: 'Get-NetFirewallRule -DisplayGroup "Windows Remote Management"',
        ipv6: 'a rule of the Windows firewall holds for both families unless it names addresses',
        source:
          'https://learn.microsoft.com/en-us/windows/win32/winrm/installation-and-configuration-for-windows-remote-management',
      },
    ],
  },
  {
    services: ['epmap', 'http-rpc-epmap'],
    risk: 'high',
    remedies: [
      {
        product: "Windows' RPC endpoint mapper",
        processes: ['RpcSs'],
        effect: 'firewall',
        setting:
          'New-NetFirewallRule -DisplayName "No RPC from outside" -Direction Inbound -Protocol TCP -LocalPort PORT -Profile Public -Action Block',
        beware: 'Windows itself needs it: it can be kept from a network, not stopped',
        check: 'Get-NetFirewallRule -DisplayName "No RPC from outside"',
        ipv6: 'a rule of the Windows firewall holds for both families unless it names addresses',
        source: 'https://learn.microsoft.com/en-us/powershell/module/netsecurity/new-netfirewallrule',
      },
    ],
  },
  {
    services: ['vnc', 'vnc-http'],
    risk: 'critical',
    remedies: [
      {
        product: 'TigerVNC',
        processes: ['Xvnc', 'Xtigervnc', 'x0vncserver'],
        effect: 'bind',
        setting:
          '-localhost (Debian: $localhost = "yes"; RHEL: a line localhost), and reach it through ssh -L PORT:localhost:PORT',
        files: { debian: '/etc/tigervnc/vncserver-config-defaults', rhel: '/etc/tigervnc/vncserver-config-defaults' },
        restart: { debian: 'systemctl restart tigervncserver@:1', rhel: 'systemctl restart vncserver@:1' },
        ipv6: 'it accepts from the machine itself only, on both families',
        source: 'https://tigervnc.org/doc/Xvnc.html',
      },
    ],
  },
  {
    services: ['x11'],
    risk: 'critical',
    remedies: [
      {
        product: 'the X server',
        processes: ['Xorg', 'X'],
        effect: 'off',
        setting: '-nolisten tcp, where the display manager starts it (and programs from elsewhere by ssh -X)',
        beware: '-listen tcp, further on in the same line, turns it on again',
        ipv6: 'tcp stands for both families; -nolisten inet alone would leave inet6',
        source: 'https://www.x.org/releases/current/doc/man/man1/Xserver.1.xhtml',
      },
    ],
  },
  {
    services: ['jdwp'],
    risk: 'critical',
    remedies: [
      {
        product: "Java's debugger port",
        processes: [],
        effect: 'bind',
        setting: '-agentlib:jdwp=transport=dt_socket,server=y,address=127.0.0.1:PORT',
        beware: 'whoever reaches it runs what they like: leave it out where nobody debugs',
        ipv6: 'it binds this one address, so nothing on IPv6; a port alone bound every address before Java 9',
        source: 'https://docs.oracle.com/en/java/javase/17/docs/specs/jpda/conninv.html',
      },
    ],
  },
  {
    services: ['node-inspector'],
    risk: 'critical',
    remedies: [
      {
        product: "Node.js's inspector",
        processes: [],
        effect: 'bind',
        setting: '--inspect=127.0.0.1:PORT',
        beware: 'whoever reaches it runs what they like: leave it out where nobody debugs',
        ipv6: 'it binds this one address, so nothing on IPv6',
        source: 'https://nodejs.org/en/learn/getting-started/debugging',
      },
    ],
  },
  {
    services: ['debugpy'],
    risk: 'critical',
    remedies: [
      {
        product: 'debugpy',
        processes: [],
        effect: 'bind',
        setting: '--listen 127.0.0.1:PORT',
        beware: 'whoever reaches it runs what they like: leave it out where nobody debugs',
        ipv6: 'it binds this one address, so nothing on IPv6',
        source: 'https://github.com/microsoft/debugpy',
      },
    ],
  },
  {
    services: ['chrome-devtools'],
    risk: 'critical',
    remedies: [
      {
        product: "Chrome's debugging port",
        processes: ['chrome', 'chromium'],
        effect: 'bind',
        setting: '--remote-debugging-port=PORT without --remote-debugging-address, which leaves it on 127.0.0.1',
        ipv6: 'by itself it binds loopback alone',
        source: 'https://chromedevtools.github.io/devtools-protocol/',
      },
    ],
  },
  {
    services: ['jupyter'],
    risk: 'critical',
    remedies: [
      {
        product: 'Jupyter',
        processes: ['jupyter-lab', 'jupyter-noteboo', 'jupyter-server'],
        effect: 'bind',
        setting: "c.ServerApp.ip = '127.0.0.1' in jupyter_server_config.py (option: --ip=127.0.0.1)",
        ipv6: 'it binds this one address, so nothing on IPv6',
        source: 'https://jupyter-server.readthedocs.io/en/latest/other/full-config.html',
      },
    ],
  },
  {
    services: ['adb', 'adb-server'],
    risk: 'critical',
    remedies: [
      {
        product: 'the Android debug bridge',
        processes: ['adbd', 'adb'],
        effect: 'off',
        setting:
          'adb usb for the device (wireless debugging off); adb kill-server for the server, started again without -a',
        ipv6: 'it stops listening on both families',
        source: 'https://developer.android.com/tools/adb',
      },
    ],
  },
];
