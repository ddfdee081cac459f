import { dirname, resolve } from 'node:path'
import { watch, type FSWatcher } from 'chokidar'

/**
 * Calls `changed` soon after anything in the folder was saved, added or deleted, one call at a time.
 * Resolves once the folder is being watched; the function it gives ends that.
 */
export function watchFolder(root: string, changed: () => Promise<void>, failed: (cause: unknown) => void): Promise<() => Promise<void>> {
  return follow(watch(root, { ignoreInitial: true, ignored: (path, stats) => stats?.isFile() === true && !/\.(md|ya?ml|json)$/.test(path) }), changed, failed)
}

/** The same for one file, which need not be there yet; editors that put a new file in its place are followed too. */
export function watchFile(file: string, changed: () => Promise<void>, failed: (cause: unknown) => void): Promise<() => Promise<void>> {
  const [path, folder] = [resolve(file), dirname(resolve(file))]
  return follow(watch(folder, { ignoreInitial: true, depth: 0, ignored: (name) => resolve(name) !== folder && resolve(name) !== path }), changed, failed)
}

async function follow(watcher: FSWatcher, changed: () => Promise<void>, failed: (cause: unknown) => void): Promise<() => Promise<void>> {
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
