import { createInterface, type Interface } from 'node:readline'
import type { Channel } from '../src/domain/message.ts'

/** Speaks with whoever sits at the keyboard; every line typed is one message. */
export function terminalChannel(options: { input: NodeJS.ReadableStream; output: NodeJS.WritableStream; now?: () => Date }): Channel {
  const now = options.now ?? (() => new Date())
  let lines: Interface | undefined

  return {
    name: 'terminal',
    longestText: 8000,

    async start(desk) {
      const session = now().getTime()
      let count = 0
      lines = createInterface({ input: options.input })
      lines.on('line', (text) => {
        if (text.trim() === '') return
        const message = { id: `${session}:${++count}`, from: { channel: 'terminal', conversation: 'terminal' }, sender: 'terminal', text, at: now(), place: 'direct', addressed: true } as const
        desk.receive(message).catch(desk.lost)
      })
      options.output.write('请说您的事，一行一句；按 Ctrl+C 结束。\n')
    },

    async send({ text }) {
      options.output.write(`\n${text}\n\n`)
    },

    async stop() {
      lines?.close()
    },
  }
}
