import { dayMs } from '../../model/duration.js';
import { counted } from '../../model/quantity.js';
import { endOf } from '../resolution/exception-end.js';
import { silentEntries } from './lint-silence.js';
import { unreachedEntries } from './lint-reach.js';
import type { Policy, PolicyException, ServiceRule, Settings, SourcePosition } from '../policy.js';
import { sortProblems, type Problem } from './problems.js';
import { formatPlace, ruleText } from '../resolution/rule-words.js';

/**
 * What loads and is still not right: rules that a draft left without owner or reason, exceptions that have lapsed, variables that no
 * rule uses, entries none of whose rules is ever reached, and entries that say nothing. Pure; `now` decides what has lapsed.
 *
 * Only what is certain is a problem: that an including file overrules the included one is what including is for.
 */
export function lintPolicy(policy: Policy, now: Date): Problem[] {
  const settings: readonly Settings[] = [...policy.entries, ...policy.defaults];
  // Ten thousand hosts may share one list of rules by an alias.
  const rules = new Set(settings.flatMap(({ services }) => services));
  const exceptions = settings.flatMap((each) => each.exceptions);
  return sortProblems([
    ...[...rules].filter(({ blanks }) => blanks.length > 0).map(blankProblem),
    ...exceptions.filter((exception) => !(now.getTime() < endOf(exception))).map((each) => lapseProblem(each, now)),
    ...policy.unusedVariables.map(({ name, position }) =>
      problemAt(position, `no rule uses the variable ${name}. Name it under from as $${name}, or remove it.`),
    ),
    ...unreachedEntries(policy).map(({ entry, by }) => {
      const others = by.map(({ name, position }) => `${name} (${formatPlace(position)})`).join(' and ');
      const what = `no rule of ${entry.name} is ever reached: for the same hosts, ${others} ${by.length === 1 ? 'decides' : 'decide'} all that they speak of.`;
      return problemAt(entry.position, `${what} Remove them, or merge the entries.`);
    }),
    ...silentEntries(policy).map(({ entry, spokenOfBy }) => {
      if (spokenOfBy === undefined) {
        const what = `this ${entry.kind} says nothing, and nothing else in the policy does, so none of its ports may be open.`;
        return problemAt(entry.position, `${what} Write unlisted: deny if that is meant, or give it services.`);
      }
      const other = `${spokenOfBy.name} (${formatPlace(spokenOfBy.position)})`;
      return problemAt(entry.position, `this ${entry.kind} adds nothing to ${other}. Give it services, or remove it.`);
    }),
  ]);
}

function problemAt(position: SourcePosition, message: string): Problem {
  return { ...position, path: '', message };
}

function blankProblem(rule: ServiceRule): Problem {
  const blanks = rule.blanks.join(' and ');
  const verb = rule.blanks.length === 1 ? 'is' : 'are';
  const what = `${blanks} ${verb} blank, so nobody has decided ${ruleText(rule)} yet, and it cannot pass.`;
  return problemAt(rule.position, `${what} Fill in ${blanks}, or remove the rule.`);
}

function lapseProblem(exception: PolicyException, now: Date): Problem {
  const days = Math.floor((now.getTime() - endOf(exception)) / dayMs);
  const since = days === 0 ? 'today' : `${counted(days, 'day')} ago`;
  const what = `the exception for port ${exception.port} ended on ${exception.expires} and lapsed ${since}: it excuses nothing.`;
  return problemAt(
    exception.position,
    `${what} Let ${exception.owner} close the port, or decide anew and change expires.`,
  );
}
