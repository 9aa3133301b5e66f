// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { existsSync, readFileSync, readlinkSync, realpathSync } from 'node:fs'

/**
 * When a process was born, in the kernel's own count, which no later process of the same number shares; undefined when no
 * such process runs. Where there is no /proc, only whether it runs is known.
 */
export function birthOf(pid: number): string | undefined {
  if (!existsSync('/proc/self/stat')) return runs(pid) ? 'unknown' : undefined
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined // no such process
  }
  // The name, in brackets, may hold anything; after it come the state and, as twentieth, the birth (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
}

/** True when the process works in this folder, as a PostgreSQL server does in that of its data. */
export function worksIn(pid: number, folder: string): boolean {
  if (birthOf(pid) === undefined) return false
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder)
  } catch {
    return !existsSync('/proc/self/stat') // not ours to look at: then not started by us either
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // alive, but another user's
  }
}
