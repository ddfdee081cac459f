const decoder = new TextDecoder('gbk')
let codes: Map<string, readonly [number, number]> | undefined

/** The two bytes of a character in GBK; undefined for one that has none, such as a letter. */
export function gbkBytes(sign: string): readonly [number, number] | undefined {
  codes ??= tabulate()
  return codes.get(sign)
}

/** The character of two GBK bytes; undefined where there is none. */
export function gbkSign(lead: number, trail: number): string | undefined {
  const sign = decoder.decode(new Uint8Array([lead, trail]))
  return sign.length === 1 && sign !== '\ufffd' ? sign : undefined
}

function tabulate(): Map<string, readonly [number, number]> {
  const table = new Map<string, readonly [number, number]>()
  for (let lead = 0x81; lead <= 0xfe; lead++)
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const sign = trail === 0x7f ? undefined : gbkSign(lead, trail)
      if (sign !== undefined && !table.has(sign)) table.set(sign, [lead, trail])
    }
  return table
}
