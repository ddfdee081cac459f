/** What core says to newcomers is asked for in the words that any newcomer may use. */
export const greeting = '/start'
