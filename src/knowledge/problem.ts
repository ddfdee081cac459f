/** A mistake in the knowledge folder: where it stands, what is wrong and what to do. The words are for admins. */
export type Problem = {
  readonly file: string
  readonly line: number
  readonly message: string
  readonly remedy: string
  /** The entry is served all the same, such as one that links to an entry that is gone. */
  readonly harmless?: boolean
}

/** guides/unpaid-wages.md:12 … ；怎么改：… */
export function describeProblem({ file, line, message, remedy }: Problem): string {
  return `${file}:${line} ${message}；怎么改：${remedy}`
}
