import type { Parsed, Protocol } from '../protocol.js';
import { latin1 } from '../reader.js';

const maxLength = 8192;

/**
 * Ganglia's gmond and gmetad (Ganglia documentation, gmond(1) and gmetad(1)), which tell everything to whoever connects.
 *
 * ```
 * ← XML: declaration · document type GANGLIA_XML, some 2400 bytes · <GANGLIA_XML VERSION="3.7.2" SOURCE="gmond"> …
 * ```
 */
export const gmond: Protocol = {
  name: 'gmond',
  ports: [8649, 8651],
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the document that the server greets with',
    logs: 'nothing',
  },
  examples: [
    {
      from: 'gmond 3.7.2, Debian 12, without most of the document type',
      bytes: Buffer.from(
        '<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?>\n<!DOCTYPE GANGLIA_XML [\n' +
          '   <!ELEMENT GANGLIA_XML (GRID|CLUSTER|HOST)*>\n      <!ATTLIST GANGLIA_XML VERSION CDATA #REQUIRED>\n' +
          '      <!ATTLIST GANGLIA_XML SOURCE CDATA #REQUIRED>\n]>\n<GANGLIA_XML VERSION="3.7.2" SOURCE="gmond">\n' +
          '<CLUSTER NAME="lab" LOCALTIME="1795449151" OWNER="unspecified" LATLONG="unspecified" URL="unspecified">\n' +
          '</CLUSTER>\n</GANGLIA_XML>\n',
      ),
      service: { name: 'gmond', product: 'Ganglia gmond', version: '3.7.2' },
    },
    {
      from: 'built from the same, with the source that gmetad gives',
      bytes: Buffer.from(
        '<?xml version="1.0" encoding="ISO-8859-1" standalone="yes"?>\n<!DOCTYPE GANGLIA_XML [\n]>\n' +
          '<GANGLIA_XML VERSION="3.7.2" SOURCE="gmetad">\n',
      ),
      service: { name: 'gmetad', product: 'Ganglia gmetad', version: '3.7.2' },
    },
  ],
  negatives: [
    {
      from: 'another document',
      bytes: Buffer.from('<?xml version="1.0"?>\n<!DOCTYPE html [\n]>\n<GANGLIA_XML VERSION="3.7.2" SOURCE="gmond">\n'),
    },
  ],
};

const declaration = '<?xml version="1.0" encoding="';
const root = '<GANGLIA_XML VERSION="';

function parse(bytes: Uint8Array): Parsed {
  const text = latin1(bytes.subarray(0, maxLength));
  if (!text.startsWith(declaration)) return { kind: declaration.startsWith(text) ? 'more' : 'no' };
  const isOurs = /^[^\n]{1,80}\n<!DOCTYPE GANGLIA_XML \[/.test(text);
  if (!isOurs) return { kind: text.length < 128 ? 'more' : 'no' };
  const at = text.indexOf(root);
  const found = /^([0-9][\w.+-]{0,40})" SOURCE="(gmond|gmetad)"/.exec(at < 0 ? '' : text.slice(at + root.length));
  const [, version, name] = found ?? [];
  if (version === undefined || name === undefined) return { kind: text.length < maxLength ? 'more' : 'no' };
  return { kind: 'match', facts: { name, product: `Ganglia ${name}`, version } };
}
