// Indexes the imported statutes in a process of its own: a minute of work and its memory are not the assistant's.
// Arguments: the folder of statutes, the folder of indexes. Prints what it came to as JSON.
import { setPriority } from 'node:os'
import { indexImported } from './statutes-index.ts'

const [statutesDir = '', indexDir = ''] = process.argv.slice(2)
setPriority(10)
console.log(JSON.stringify(await indexImported({ statutesDir, indexDir })))
