/** Posts and reads the JSON that comes back; rejects when nothing usable does. */
export async function postJson<T extends object>(url: string, body: string | URLSearchParams, { callMs }: { callMs: number }): Promise<T> {
  const type = typeof body === 'string' ? { 'content-type': 'application/json; charset=utf-8' } : {}
  const response = await fetch(url, { method: 'POST', body, headers: type, signal: AbortSignal.timeout(callMs) })
  const text = await response.text()
  try {
    const read = JSON.parse(text) as T | null
    if (typeof read === 'object' && read !== null) return read
  } catch {
    // Said below.
  }
  throw new Error(`HTTP ${response.status}, not JSON`)
}
