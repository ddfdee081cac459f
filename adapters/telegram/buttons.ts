import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types'
import type { Outbound } from '../../src/domain/message.ts'

const longestData = 64
const longestCopy = 256
/** Wider labels get a row of their own; a phone shows about this much on half a row. */
const halfRow = 8

/**
 * Actions and, under an answer, 👍 and 👎. What a press sends travels in the button itself, so a press is
 * understood after any restart; a text too long for Telegram's 64 bytes is copied for the reader to paste.
 */
export function toKeyboard({ id, actions = [], sheet }: Outbound): InlineKeyboardMarkup | undefined {
  const buttons = actions.flatMap(({ label, send }): InlineKeyboardButton[] => {
    if (fits(`>${send}`)) return [{ text: label, callback_data: `>${send}` }]
    return send.length <= longestCopy ? [{ text: label, copy_text: { text: send } }] : []
  })
  const votes = sheet?.kind === 'answer' && fits(`+${id}`) ? [[{ text: '👍', callback_data: `+${id}` }, { text: '👎', callback_data: `-${id}` }]] : []
  const rows = [...inRows(buttons), ...votes]
  return rows.length > 0 ? { inline_keyboard: rows } : undefined
}

/** What a pressed button meant; undefined for one that we did not make. */
export function readPress(data: string): { kind: 'action'; send: string } | { kind: 'vote'; up: boolean; message: string } | undefined {
  const rest = data.slice(1)
  if (rest === '') return undefined
  if (data.startsWith('>')) return { kind: 'action', send: rest }
  return data.startsWith('+') || data.startsWith('-') ? { kind: 'vote', up: data.startsWith('+'), message: rest } : undefined
}

function fits(data: string): boolean {
  return Buffer.byteLength(data) <= longestData
}

function inRows(buttons: readonly InlineKeyboardButton[]): InlineKeyboardButton[][] {
  const rows: InlineKeyboardButton[][] = []
  for (const button of buttons) {
    const row = rows.at(-1)
    if (row?.length === 1 && [row[0]!, button].every(({ text }) => text.length <= halfRow)) row.push(button)
    else rows.push([button])
  }
  return rows
}
