import { pino, type Logger } from 'pino'
import { redact } from './safety/redact.ts'

/** What the assistant writes its log to; pino's logger is one. */
export type AssistantLog = { info(data: object, text: string): void; warn(data: object, text: string): void; error(data: object, text: string): void }

/** JSON lines on standard error; whatever looks like a phone, an ID number or an address is masked at the sink. */
export function createLog(level: string): Logger {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => void process.stderr.write(maskLine(line)) },
  )
}

/** Masks inside the strings of a JSON line, leaving numbers such as times alone. */
function maskLine(line: string): string {
  return line.replace(/"(?:[^"\\]|\\.)*"/g, (text) => redact(text))
}
