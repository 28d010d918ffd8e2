import { dayMs } from '../../model/duration.js';
import type { CertificateReport, WeeklyReport } from '../../model/weekly-report.js';
import type { ContentSection, ToneText } from './section.js';
import { boundedTable, endpointWords } from './words.js';
import { bounded, type Quote } from '../words.js';

const shownPlaces = 6;
const shownNames = 6;

/** Certificates that have expired or will soon, with every name that they are for and every place where they were seen. */
export function certificatesSection({ certificates, madeAt }: WeeklyReport, quote: Quote): ContentSection {
  const rows = certificates.map((report) => {
    const { certificate, places } = report;
    const names = certificate.sans.map((name) => quote(name, 255));
    return [
      endWords(report, madeAt, quote),
      [quote(certificate.subject, 200), ...(names.length === 0 ? [] : [`for ${bounded(names, shownNames)}`])].join(
        '\n',
      ),
      bounded([...new Set(places.map(({ address, port }) => endpointWords(address, port, quote)))], shownPlaces),
      certificate.selfSigned ? 'itself' : quote(certificate.issuer, 200),
    ];
  });
  return {
    title: 'Certificates that have expired, or will within 30 days',
    blocks: boundedTable(
      [
        { title: 'Ends', most: 16 },
        { title: 'Certificate', most: 32 },
        { title: 'Seen on', most: 24 },
        { title: 'Issued by', most: Infinity },
      ],
      rows,
    ),
  };
}

function endWords({ state, certificate: { validTo } }: CertificateReport, madeAt: string, quote: Quote): ToneText {
  if (state === 'unreadable') return { text: `cannot be read: ${quote(validTo, 40)}`, tone: 'doubt' };
  const day = new Date(validTo).toISOString().slice(0, 10);
  return state === 'expired'
    ? { text: `${day}\nexpired`, tone: 'bad' }
    : { text: `${day}\n${daysLeft(Date.parse(validTo) - Date.parse(madeAt))}`, tone: 'doubt' };
}

/** Whole days, of which the last may be no whole one. */
function daysLeft(milliseconds: number): string {
  const days = Math.floor(milliseconds / dayMs);
  return days === 0 ? 'within a day' : days === 1 ? 'in 1 day' : `in ${days} days`;
}

/** Exceptions of the policy that have ended or will soon, and whether their ports are still open. */
export function exceptionsSection({ judgement, madeAt }: WeeklyReport, quote: Quote): ContentSection {
  const rows = (judgement?.exceptions ?? []).map(
    ({ state, host, port, expires, owner, reason, ticket, place, used }) => {
      const left = Date.parse(`${expires}T00:00:00Z`) + dayMs - Date.parse(madeAt);
      const ends: ToneText =
        state === 'lapsed'
          ? { text: `${expires}\nlapsed`, tone: used ? 'bad' : 'doubt' }
          : { text: `${expires}\n${daysLeft(left)}`, tone: 'doubt' };
      return [
        ends,
        `port ${port}\n${quote(host, 255)}`,
        used ? 'open' : 'not seen open',
        `${quote(reason, 300)}; ${quote(owner, 200)}${ticket === undefined ? '' : `, ${quote(ticket, 100)}`}; ${quote(place, 200)}`,
      ];
    },
  );
  return {
    title: 'Exceptions that have lapsed, or will within 30 days',
    blocks: boundedTable(
      [
        { title: 'Last day', most: 14 },
        { title: 'For', most: 30 },
        { title: 'Its port', most: 13 },
        { title: 'Why, by whom', most: Infinity },
      ],
      rows,
    ),
  };
}
