import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

const block = 32
const randomLength = 16

/**
 * The sealed letters of 安全模式: AES-256-CBC over random bytes, a length, the text and the account's id.
 * `open` gives undefined for a letter that our key does not open or that is meant for another account.
 */
export function createEnvelope({ aesKey, appId }: { aesKey: string; appId: string }) {
  const key = Buffer.from(`${aesKey}=`, 'base64')
  if (key.length !== 32) throw new Error('EncodingAESKey has 43 characters')
  const iv = key.subarray(0, 16)

  function decrypt(letter: string): Buffer {
    const decipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
    const padded = Buffer.concat([decipher.update(letter, 'base64'), decipher.final()])
    const padding = padded.at(-1) ?? 0
    if (padding < 1 || padding > block || padding > padded.length) throw new Error('wrong padding')
    return padded.subarray(0, padded.length - padding)
  }

  return {
    open(letter: string): string | undefined {
      try {
        const plain = decrypt(letter).subarray(randomLength)
        const end = 4 + plain.readUInt32BE(0)
        return plain.subarray(end).toString('utf8') === appId ? plain.subarray(4, end).toString('utf8') : undefined
      } catch {
        return undefined
      }
    },

    seal(text: string): string {
      const body = Buffer.from(text, 'utf8')
      const length = Buffer.alloc(4)
      length.writeUInt32BE(body.length)
      const plain = Buffer.concat([randomBytes(randomLength), length, body, Buffer.from(appId)])
      const padding = block - (plain.length % block)
      const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
      return Buffer.concat([cipher.update(Buffer.concat([plain, Buffer.alloc(padding, padding)])), cipher.final()]).toString('base64')
    },
  }
}

export type Envelope = ReturnType<typeof createEnvelope>
