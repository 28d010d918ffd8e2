import { cpe as cpeName } from '../cpe.js';
import { ownTitle, versionOf, type WebApplication } from './application.js';
import { builtPage, htmlHead, jsonHead } from './examples.js';
import { textAt } from './page.js';

const page = (generator: string) => [
  ...htmlHead,
  `<!DOCTYPE html><html><head><meta name="generator" content="${generator}" /><title>A page</title></head></html>`,
];

/** An application whose pages say in their meta tag, or in a header, what made them: `WordPress 6.1.1`, `Drupal 10 (https://…)`. */
function generated(product: string, cpe: readonly [string, string], example: string, version?: string): WebApplication {
  const beginning = product.toLowerCase();
  return {
    product,
    cpe,
    recognise({ generator, header }) {
      const told = generator ?? header('x-generator') ?? '';
      // What adds to it may sign with its name and one of its own after it.
      const isOwn = /^(?:$|!| ?v?\d| CMS\b| \(| - )/.test(told.slice(product.length));
      if (!told.toLowerCase().startsWith(beginning) || !isOwn) return undefined;
      return { version: versionOf(/^[! ]{0,2}v?(\d[\w.-]{0,30})/.exec(told.slice(product.length))?.[1]) };
    },
    examples: [
      builtPage(`built from the tag that ${product} puts on its pages`, page(example), {
        name: 'http',
        product,
        version,
        extraInfo: 'status 200, title "A page"',
        cpe: [cpeName(...cpe, version)],
      }),
    ],
    negatives: [
      {
        from: 'a page that only speaks of it',
        bytes: Buffer.from(page(`Made by hand, not by ${product} 1.0`).join('\r\n')),
      },
      { from: 'what adds to it', bytes: Buffer.from(page(`${product} Gallery 2.0`).join('\r\n')) },
      {
        from: 'a page that shows the tag',
        bytes: Buffer.from(
          [...htmlHead, `<html><body><meta name="generator" content="${example}"></body></html>`].join('\r\n'),
        ),
      },
    ],
  };
}

/** Nextcloud and ownCloud (their documentation, `status.php`). */
const nextcloud: WebApplication = {
  product: 'Nextcloud',
  cpe: ['nextcloud', 'nextcloud_server'],
  path: '/status.php',
  recognise(answer) {
    const document = answer.json();
    const version = versionOf(textAt(document, 'versionstring'));
    if (version !== undefined && textAt(document, 'productname') === 'ownCloud')
      return { version, product: 'ownCloud', cpe: ['owncloud', 'owncloud'] };
    if (version !== undefined && textAt(document, 'edition') !== undefined) return { version };
    return /(?:^| – )Nextcloud$/.test(ownTitle(answer)) ? {} : undefined;
  },
  examples: [
    builtPage(
      'built from the documentation of Nextcloud, status.php',
      [
        ...jsonHead,
        '{"installed":true,"maintenance":false,"needsDbUpgrade":false,"version":"25.0.3.2","versionstring":"25.0.3","edition":"",' +
          '"productname":"Nextcloud","extendedSupport":false}',
      ],
      {
        name: 'http',
        product: 'Nextcloud',
        version: '25.0.3',
        extraInfo: 'status 200',
        cpe: ['cpe:2.3:a:nextcloud:nextcloud_server:25.0.3:*:*:*:*:*:*:*'],
      },
    ),
  ],
};

export const content = [
  generated('WordPress', ['wordpress', 'wordpress'], 'WordPress 6.1.1', '6.1.1'),
  generated('Drupal', ['drupal', 'drupal'], 'Drupal 10 (https://www.drupal.org)', '10'),
  generated('Joomla', ['joomla', 'joomla!'], 'Joomla! - Open Source Content Management'),
  generated('MediaWiki', ['mediawiki', 'mediawiki'], 'MediaWiki 1.39.1', '1.39.1'),
  generated('TYPO3', ['typo3', 'typo3'], 'TYPO3 CMS'),
  generated('Ghost', ['ghost', 'ghost'], 'Ghost 5.33', '5.33'),
  generated('DokuWiki', ['dokuwiki', 'dokuwiki'], 'DokuWiki'),
  nextcloud,
];
