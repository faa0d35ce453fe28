/** What a table has under a word of others, or else `fallback`: every object has something under "constructor". */
export const own = <T, F>(table: Record<string, T>, word: string, fallback: F): T | F =>
  Object.hasOwn(table, word) ? (table[word] as T) : fallback;
