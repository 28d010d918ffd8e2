import { cpe } from '../cpe.js';
import type { ServiceFacts } from '../protocol.js';
import { applicationFacts, type PageFacts, type WebApplication } from './application.js';
import { applications } from './applications.js';
import { realmOf, type Page } from './page.js';
import { readPoweredBy, readServer } from './server-header.js';

const maxPart = 100;

/** What a page proves: the application that made it where that is known, or else what serves it. */
export function pageFacts(page: Page): ServiceFacts {
  for (const application of applications) {
    const told = application.recognise(page);
    if (told !== undefined) return factsOf(page, application, told);
  }
  return { ...serverOf(page).facts, extraInfo: pageInfo(page).join(', ') };
}

/** What a second page proves that was found where this application tells who it is; all else is what the first page told. */
export function pathFacts(first: Page, second: Page, application: WebApplication): ServiceFacts | undefined {
  const told = application.readAtPath?.(second) ?? application.recognise(second);
  return told === undefined ? undefined : factsOf(first, application, told);
}

function factsOf(page: Page, application: WebApplication, told: PageFacts): ServiceFacts {
  return applicationFacts(application, told, serverOf(page).facts, pageInfo(page).join(', '));
}

/** Status, title, where it redirects to, what it asks a password for, and what else is at work there. */
function pageInfo(page: Page): string[] {
  const { status, title } = page;
  const realm = realmOf(page);
  // RFC 9110, section 15.5.22: websockets, or a newer HTTP.
  const upgrade = page.header('upgrade');
  const location = page.header('location')?.split(/[?#]/)[0] ?? '';
  return [
    `status ${status}`,
    ...(title === undefined ? [] : [`title "${title}"`]),
    ...(location === '' ? [] : [`redirects to ${location.slice(0, maxPart)}`]),
    ...(status === '426' && upgrade !== undefined ? [`wants ${upgrade.slice(0, maxPart)}`] : []),
    ...(realm === undefined ? [] : [`realm "${realm}"`]),
    ...serverOf(page).beside,
  ];
}

interface Served {
  readonly facts: ServiceFacts;
  readonly beside: readonly string[];
}

/** What serves the page: what it names in Server, or else what it was written in; and what it came through. */
function serverOf(page: Page): Served {
  const server = readServer(page.header('server') ?? '');
  const powered = readPoweredBy(page.header('x-powered-by') ?? '');
  const via = throughVarnish(page.header('via') ?? '');
  const [first, ...rest] = [server, powered, via].filter(({ facts }) => facts.product !== undefined);
  if (first === undefined) return { facts: {}, beside: [] };
  const others = rest.filter(({ facts }) => facts.product !== first.facts.product);
  const cpes = [...new Set([first, ...others].flatMap(({ facts }) => facts.cpe ?? []))];
  return {
    facts: { ...first.facts, ...(cpes.length === 0 ? {} : { cpe: cpes }) },
    beside: [
      ...first.beside,
      ...others.map(({ facts }) => {
        const told = [facts.product, facts.version].filter(Boolean).join(' ');
        return facts === via.facts ? `through ${told}` : told;
      }),
    ],
  };
}

/** Varnish signs what goes through it: `Via: 1.1 varnish (Varnish/7.1)`. */
function throughVarnish(via: string): Served {
  const found = /\(Varnish\/(\d[\w.]{0,20})\)/.exec(via.slice(0, 1000));
  if (found === null) return { facts: {}, beside: [] };
  const [, version] = found;
  return {
    facts: { product: 'Varnish', version, cpe: [cpe('varnish-software', 'varnish_cache', version)] },
    beside: [],
  };
}
