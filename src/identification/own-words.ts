/** After these a sentence speaks of something else than the server itself. */
const leadsAway =
  /^(?:\S{0,40} (?:not|nicht|keine?|never|behind|instead|than|like|emulat\w{1,5}|replac(?:es|ing)|upgraded?|moved|migrated|switched|requir\w{1,4}|supports?|minimum|clients?|use)|compatible with|in front|no longer|(?:mirrors?|mirroring|copy) of|(?:proxy|gateway|frontend|filter|relay) (?:for|to))$/;
/** What stands before these in a sentence is something else. */
const leadsBack = /^(?:replacement|clone|emulation|emulator|clients?|users|supported|backends?|downloads?)$/;
/** `qmail-like`, `Exchange-compatible`, `Zimbra-free`. */
const isOfAnother = /-(?:like|free|compatible|style|based|clone)$/;

/**
 * What a line of a greeting says of the server itself: greetings also tell what the server is not, what it stands in front of, what it
 * took the place of, and which clients people should use. Words are parted by one space.
 */
export function ownWords(line: string): string {
  const kept: string[] = [];
  let [sentence, isAway, previous] = [0, false, ''];
  for (const word of line.split(/[ \t]/)) {
    if (word.startsWith('(')) sentence = kept.length;
    const bare = word.toLowerCase().replace(/[^a-z0-9-]/g, '');
    if (leadsBack.test(bare)) kept.length = sentence;
    isAway ||= leadsAway.test(`${previous} ${bare}`);
    if (!isAway && !isOfAnother.test(bare)) kept.push(word);
    previous = bare;
    if (/[.;!|]$/.test(word)) [isAway, sentence] = [false, kept.length];
  }
  return kept.join(' ');
}
