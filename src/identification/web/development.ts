import { ownTitle, versionOf, type WebApplication } from './application.js';
import { builtPage, htmlHead } from './examples.js';
import { textAt, type Page } from './page.js';

/** Jenkins puts its version on every answer, also on those that ask for a password. */
const jenkins: WebApplication = {
  product: 'Jenkins',
  cpe: ['jenkins', 'jenkins'],
  recognise(page) {
    const version = page.header('x-jenkins');
    return version === undefined ? undefined : { version: versionOf(version) };
  },
  examples: [
    builtPage(
      'built from the documentation of Jenkins, "Remote Access API", version detection',
      [
        'HTTP/1.1 403 Forbidden',
        'X-Content-Type-Options: nosniff',
        'X-Hudson: 1.395',
        'X-Jenkins: 2.387.1',
        'Server: Jetty(10.0.13)',
        'Content-Length: 0',
        '',
        '',
      ],
      {
        name: 'http',
        product: 'Jenkins',
        version: '2.387.1',
        extraInfo: 'served by Jetty 10.0.13, status 403',
        cpe: ['cpe:2.3:a:jenkins:jenkins:2.387.1:*:*:*:*:*:*:*', 'cpe:2.3:a:eclipse:jetty:10.0.13:*:*:*:*:*:*:*'],
      },
    ),
  ],
};

const setsCookie = ({ cookies }: Page, name: string) => cookies.some((cookie) => cookie.startsWith(`${name}=`));

const gitlab: WebApplication = {
  product: 'GitLab',
  cpe: ['gitlab', 'gitlab'],
  recognise: (page) =>
    setsCookie(page, '_gitlab_session') || page.header('x-gitlab-meta') !== undefined ? {} : undefined,
  examples: [
    builtPage(
      "built from GitLab's documentation of its cookies",
      [
        'HTTP/1.1 302 Found',
        'Server: nginx',
        'Location: http://gitlab.example.org/users/sign_in',
        'Set-Cookie: _gitlab_session=0; path=/; HttpOnly',
        'Content-Length: 0',
        '',
        '',
      ],
      {
        name: 'http',
        product: 'GitLab',
        extraInfo: 'served by nginx, status 302, redirects to http://gitlab.example.org/users/sign_in',
        cpe: ['cpe:2.3:a:gitlab:gitlab:*:*:*:*:*:*:*:*', 'cpe:2.3:a:f5:nginx:*:*:*:*:*:*:*:*'],
      },
    ),
  ],
};

/** Gitea (API, `/version`), and Forgejo, which came out of it and says so in its version. */
const gitea: WebApplication = {
  product: 'Gitea',
  cpe: ['gitea', 'gitea'],
  path: '/api/v1/version',
  recognise: (page) => (setsCookie(page, 'i_like_gitea') ? {} : undefined),
  readAtPath(page) {
    const version = textAt(page.json(), 'version');
    if (version === undefined) return undefined;
    const isForgejo = /\+(?:forgejo|gitea-)/.test(version);
    return {
      version: versionOf(version),
      ...(isForgejo ? { product: 'Forgejo', cpe: ['forgejo', 'forgejo'] } : {}),
    };
  },
  examples: [
    builtPage(
      'built from the configuration cheat sheet of Gitea, COOKIE_NAME',
      [
        'HTTP/1.0 303 See Other',
        'Location: /user/login',
        'Set-Cookie: i_like_gitea=0; Path=/; HttpOnly',
        'Content-Length: 0',
        '',
        '',
      ],
      {
        name: 'http',
        product: 'Gitea',
        extraInfo: 'status 303, redirects to /user/login',
        cpe: ['cpe:2.3:a:gitea:gitea:*:*:*:*:*:*:*:*'],
      },
    ),
  ],
};

const sonarQube: WebApplication = {
  product: 'SonarQube',
  cpe: ['sonarsource', 'sonarqube'],
  path: '/api/server/version',
  recognise: (page) => (ownTitle(page) === 'SonarQube' ? {} : undefined),
  readAtPath: ({ body }) => {
    const version = versionOf(body.trim());
    return version === undefined ? undefined : { version };
  },
  examples: [
    builtPage(
      'built from the page of SonarQube 9',
      [...htmlHead, '<!doctype html><html lang="en"><head><title>SonarQube</title></head></html>'],
      {
        name: 'http',
        product: 'SonarQube',
        extraInfo: 'status 200, title "SonarQube"',
        cpe: ['cpe:2.3:a:sonarsource:sonarqube:*:*:*:*:*:*:*:*'],
      },
    ),
  ],
};

/** Sonatype Nexus and JFrog Artifactory name themselves in the Server header. */
const nexus: WebApplication = {
  product: 'Nexus Repository',
  cpe: ['sonatype', 'nexus_repository_manager'],
  recognise(page) {
    const found = /^Nexus\/(\d[\w.-]{0,30})/.exec(page.header('server') ?? '');
    return found === null ? undefined : { version: found[1] };
  },
  examples: [
    builtPage(
      'built from the documentation of Nexus Repository 3, "Security headers"',
      ['HTTP/1.1 200 OK', 'Server: Nexus/3.45.0-01 (OSS)', 'Content-Length: 0', '', ''],
      {
        name: 'http',
        product: 'Nexus Repository',
        version: '3.45.0-01',
        extraInfo: 'status 200, OSS',
        cpe: ['cpe:2.3:a:sonatype:nexus_repository_manager:3.45.0-01:*:*:*:*:*:*:*'],
      },
    ),
  ],
};

const artifactory: WebApplication = {
  product: 'Artifactory',
  cpe: ['jfrog', 'artifactory'],
  recognise(page) {
    const found =
      /^Artifactory\/(\d[\w.-]{0,30})/.exec(page.header('x-jfrog-version') ?? '') ??
      /^Artifactory\/(\d[\w.-]{0,30})/.exec(page.header('server') ?? '');
    return found === null && page.header('x-artifactory-id') === undefined ? undefined : { version: found?.[1] };
  },
  examples: [
    builtPage(
      'built from the REST API documentation of Artifactory 7',
      [
        'HTTP/1.1 302 Found',
        'X-JFrog-Version: Artifactory/7.49.6 74906900',
        'X-Artifactory-Id: 0',
        'Location: /ui/',
        'Content-Length: 0',
        '',
        '',
      ],
      {
        name: 'http',
        product: 'Artifactory',
        version: '7.49.6',
        extraInfo: 'status 302, redirects to /ui/',
        cpe: ['cpe:2.3:a:jfrog:artifactory:7.49.6:*:*:*:*:*:*:*'],
      },
    ),
  ],
};

export const development = [jenkins, gitlab, gitea, sonarQube, nexus, artifactory];
