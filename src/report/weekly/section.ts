/** How grave something is, for whoever paints it. */
export type Tone = 'bad' | 'doubt' | 'good' | 'plain';

export interface ToneText {
  readonly text: string;
  readonly tone: Tone;
}

export interface ContentTable {
  readonly kind: 'table';
  /** `most`: columns that it may take on a terminal; the last one takes what is left. */
  readonly columns: readonly { readonly title: string; readonly most: number; readonly right?: true }[];
  readonly rows: readonly (readonly (string | ToneText)[])[];
}

/** One problem, with its facts by name. */
export interface ContentCard {
  readonly kind: 'card';
  readonly title: string;
  readonly tone: Tone;
  readonly facts: readonly (readonly [name: string, text: string])[];
}

export type ContentBlock = ContentTable | ContentCard | ({ readonly kind: 'text' } & ToneText);

export interface ContentSection {
  readonly title: string;
  readonly blocks: readonly ContentBlock[];
}
