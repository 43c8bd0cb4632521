/**
 * The shapes of the wire that the pages read, as the contract words them.
 * What is not known is absent.
 *
 * @typedef {string | {ja?: string, en?: string}} Name
 *
 * @typedef {{id: string, name?: Name, kind: 'start' | 'split' | 'exchange' | 'finish',
 *   distance_m?: number, break?: boolean, place?: string}} Checkpoint
 * @typedef {{id: string, name?: Name, record_ms?: number}} Leg
 * @typedef {{id: string, name?: Name}} Category
 * @typedef {{id: string, name?: Name, legs: string[]}} Section
 * @typedef {{leg: string, name: Name}} Member
 * @typedef {{bib: string, name: Name, categories?: string[], ranked?: boolean,
 *   members?: Member[]}} DefinedEntry
 *
 * @typedef {{id: string, name: Name, timezone?: string, resolution_ms?: number,
 *   checkpoints: Checkpoint[], legs?: Leg[], categories?: Category[],
 *   sections?: Section[], cutlines?: {rank: number, name: Name}[],
 *   entries?: DefinedEntry[]}} Definition
 *
 * @typedef {'entered' | 'running' | 'finished' | 'dns' | 'dnf' | 'dsq'} Status
 *
 * @typedef {{time?: string, elapsed_ms?: number, rank?: number,
 *   ranks?: Record<string, number>, order?: number, gap_ms?: number,
 *   leg_ms?: number, leg_rank?: number, record?: 'new' | 'equal',
 *   reference?: boolean}} Split
 *
 * @typedef {{name: Name, categories?: string[], ranked?: boolean, status?: Status,
 *   leg?: string, last?: string, elapsed_ms?: number, rank?: number,
 *   ranks?: Record<string, number>, gap_ms?: number,
 *   next?: {checkpoint: string, expected?: string},
 *   sections?: Record<string, {elapsed_ms?: number, rank?: number}>,
 *   splits?: Record<string, Split>}} Entry
 *
 * @typedef {{time?: string, text: string, bib?: string}} Announcement
 *
 * @typedef {{race: string, seq: number, as_of?: string,
 *   state?: 'unofficial' | 'official', entries: Record<string, Entry>,
 *   announcements?: Record<string, Announcement>}} Standings
 */

export {};
