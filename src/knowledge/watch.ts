import { watch } from 'chokidar'

/**
 * Calls `changed` soon after anything in the folder was saved, added or deleted, one call at a time.
 * Resolves once the folder is being watched; the function it gives ends that.
 */
export async function watchFolder(root: string, changed: () => Promise<void>, failed: (cause: unknown) => void): Promise<() => Promise<void>> {
  let running: Promise<void> | undefined
  let again = false
  let timer: NodeJS.Timeout | undefined

  function run(): void {
    if (running) {
      again = true
      return
    }
    running = changed()
      .catch(failed)
      .finally(() => {
        running = undefined
        if (again) {
          again = false
          run()
        }
      })
  }

  const watcher = watch(root, { ignoreInitial: true, ignored: (path, stats) => stats?.isFile() === true && !/\.(md|ya?ml|json)$/.test(path) })
  watcher.on('all', () => {
    clearTimeout(timer)
    timer = setTimeout(run, 80)
  })
  watcher.on('error', failed)
  await new Promise<void>((ready) => watcher.once('ready', ready))
  return async () => {
    clearTimeout(timer)
    await watcher.close()
    await running
  }
}
