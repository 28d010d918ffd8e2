import type { ServiceRemedies } from './remedy.js';

/** File transfer and sharing, printing, directories. */
export const fileRemedies: readonly ServiceRemedies[] = [
  {
    services: ['ftp', 'ftps', 'ftp-alt'],
    risk: 'medium',
    remedies: [
      {
        product: 'vsftpd',
        processes: ['vsftpd'],
        effect: 'bind',
        setting: 'listen=YES, listen_ipv6=NO and listen_address=127.0.0.1 (better: stop it and use sftp)',
        files: { debian: '/etc/vsftpd.conf', rhel: '/etc/vsftpd/vsftpd.conf' },
        restart: { debian: 'systemctl restart vsftpd', rhel: 'systemctl restart vsftpd' },
        ipv6: "listen_ipv6=YES, many a package's default, listens on IPv6 whatever listen_address says, hence NO",
        source: 'https://security.appspot.com/vsftpd/vsftpd_conf.html',
      },
    ],
  },
  {
    services: ['microsoft-ds', 'netbios-ssn'],
    risk: 'high',
    remedies: [
      {
        product: 'Samba',
        processes: ['smbd'],
        effect: 'bind',
        setting: 'interfaces = lo and bind interfaces only = yes in the section [global]',
        files: { debian: '/etc/samba/smb.conf', rhel: '/etc/samba/smb.conf' },
        restart: { debian: 'systemctl restart smbd nmbd', rhel: 'systemctl restart smb nmb' },
        beware: 'on Windows: Disable-NetFirewallRule -DisplayGroup "File and Printer Sharing"',
        check: 'testparm -s --parameter-name="bind interfaces only"',
        ipv6: 'it binds the addresses of lo of both families and no others; interfaces without bind interfaces only does not',
        source: 'https://www.samba.org/samba/docs/current/man-html/smb.conf.5.html',
      },
    ],
  },
  {
    services: ['nfs'],
    risk: 'high',
    remedies: [
      {
        product: "the kernel's NFS server",
        processes: ['nfsd', 'rpc.nfsd'],
        effect: 'bind',
        setting: 'host=127.0.0.1 in the section [nfsd]',
        files: { debian: '/etc/nfs.conf', rhel: '/etc/nfs.conf' },
        restart: { debian: 'systemctl restart nfs-kernel-server', rhel: 'systemctl restart nfs-server' },
        beware:
          'lockd and mountd listen on every address all the same: firewall them for both families, or use NFSv4 alone',
        check: 'cat /proc/fs/nfsd/portlist',
        ipv6: 'requests are accepted on the addresses given and no others',
        source: 'https://man7.org/linux/man-pages/man8/nfsd.8.html',
      },
    ],
  },
  {
    services: ['mountd'],
    risk: 'high',
    remedies: [
      {
        product: 'rpc.mountd',
        processes: ['rpc.mountd'],
        effect: 'off',
        setting:
          'vers3=n in the section [nfsd]: NFSv4 needs no mountd on the network, and mountd cannot be bound to an address',
        files: { debian: '/etc/nfs.conf', rhel: '/etc/nfs.conf' },
        restart: { debian: 'systemctl restart nfs-kernel-server', rhel: 'systemctl restart nfs-server' },
        beware: 'where version 3 is needed, firewall the port for both families',
        ipv6: 'it stops listening on both families',
        source: 'https://man7.org/linux/man-pages/man5/nfs.conf.5.html',
      },
    ],
  },
  {
    services: ['sunrpc'],
    risk: 'high',
    remedies: [
      {
        product: 'rpcbind',
        processes: ['rpcbind'],
        effect: 'off',
        setting: 'systemctl disable --now rpcbind.socket rpcbind.service (NFSv4 needs none)',
        beware:
          'stopping the service alone does nothing while its socket unit listens, and -h of rpcbind speaks of UDP only',
        socketUnits: ['rpcbind.socket'],
        check: 'systemctl is-active rpcbind.socket rpcbind.service',
        ipv6: 'the socket unit listens on both families, and goes as a whole',
        source: 'https://man7.org/linux/man-pages/man8/rpcbind.8.html',
      },
    ],
  },
  {
    services: ['rsync'],
    risk: 'high',
    remedies: [
      {
        product: "rsync's daemon",
        processes: ['rsync'],
        effect: 'bind',
        setting: 'address = 127.0.0.1, above all modules (better: stop it and use rsync over ssh)',
        files: { debian: '/etc/rsyncd.conf', rhel: '/etc/rsyncd.conf' },
        restart: { debian: 'systemctl restart rsync', rhel: 'systemctl restart rsyncd' },
        socketUnits: ['rsyncd.socket'],
        ipv6: 'it binds this one address, so nothing on IPv6; the default is every address of both',
        source: 'https://download.samba.org/pub/rsync/rsyncd.conf.5',
      },
    ],
  },
  {
    services: ['ldap', 'ldaps'],
    risk: 'medium',
    remedies: [
      {
        product: 'OpenLDAP',
        processes: ['slapd'],
        effect: 'bind',
        setting: '-h "ldap://127.0.0.1/ ldap://[::1]/ ldapi:///" (TLS: ldaps:// likewise)',
        files: { debian: '/etc/default/slapd (SLAPD_SERVICES)', rhel: '/etc/sysconfig/slapd (SLAPD_URLS)' },
        restart: { debian: 'systemctl restart slapd', rhel: 'systemctl restart slapd' },
        ipv6: 'one loopback address of each family is bound; ldap:/// alone binds every address of both',
        source: 'https://www.openldap.org/doc/admin26/runningslapd.html',
      },
    ],
  },
  {
    services: ['ipp'],
    risk: 'medium',
    remedies: [
      {
        product: 'CUPS',
        processes: ['cupsd'],
        effect: 'bind',
        setting: 'Listen localhost:631, and no Port line',
        files: { debian: '/etc/cups/cupsd.conf', rhel: '/etc/cups/cupsd.conf' },
        restart: { debian: 'systemctl restart cups', rhel: 'systemctl restart cups' },
        socketUnits: ['cups.socket'],
        ipv6: 'localhost stands for the loopback addresses; Port 631 binds every address of both families',
        source: 'https://www.cups.org/doc/man-cupsd.conf.html',
      },
    ],
  },
];
