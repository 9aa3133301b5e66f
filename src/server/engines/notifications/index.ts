// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { mailer, readMailSettings } from '../../national/mail/index.ts'
import { readSmsSettings, smsGateway, type SmsSettings } from '../../national/sms/index.ts'
import { job, type Platform, type Room } from '../../platform/room.ts'
import { delegationNotices } from './delegations.ts'
import { deliver, type Carriers } from './deliveries.ts'
import { letterRoutes } from './letter-routes.ts'
import { dropLetters, printJob, printNext } from './letters.ts'
import { deliverJob, spread, spreadJob, tidy } from './notices.ts'
import { pushSender } from './push.ts'
import { remindDue } from './reminders.ts'
import { routes } from './routes.ts'
import { policies } from './policy.ts'

export { appointmentLink } from './deliveries.ts'
export { createLink, openLink, revokeLinks, type NewLink, type OpenedLink } from './links.ts'
export { masked, notify, notifyAt, type ChosenAddress, type NewNotice, type Subject } from './notices.ts'
export {
  cancelReminders,
  remindDue,
  scheduledReminders,
  scheduleReminder,
  type NewReminder,
  type PlannedReminder,
  type ReminderTemplate,
} from './reminders.ts'
export type { DoctorNews, Notices, Template, Visit } from './templates/shapes.ts'

interface Connected extends Carriers {
  settings: SmsSettings
}

const clients = new WeakMap<Platform['config'], Connected>()

/** One set of carriers per configuration, so that all jobs of a process share their circuit breakers. */
function connected({ config }: Platform): Connected {
  const known = clients.get(config)
  if (known) return known
  const settings = readSmsSettings(config)
  const made = { settings, sms: smsGateway(settings), mail: mailer(readMailSettings(config)), push: pushSender(config) }
  clients.set(config, made)
  return made
}

/** What people are told: personal area, text messages, e-mail, push; reminders; links without login. Knows no booking. */
export const notifications: Room = {
  name: 'notifications',
  policies,
  routes(app, platform) {
    routes(app, platform, connected(platform).settings)
    letterRoutes(app, platform)
  },
  listens: [...delegationNotices, dropLetters],
  jobs: [
    job({
      name: spreadJob,
      handle: ({ noticeId }: { noticeId: string }, platform) => spread(platform, noticeId),
    }),
    job({
      name: deliverJob,
      retryLimit: 12,
      concurrency: 4,
      handle: ({ deliveryId }: { deliveryId: string }, platform) => deliver(platform, connected(platform), deliveryId),
    }),
    job({
      name: printJob,
      concurrency: 1,
      handle: ({ batchId }: { batchId: string }, platform) => printNext(platform, batchId),
    }),
    job({
      name: 'notifications.remind',
      cron: '* * * * *',
      concurrency: 1,
      handle: (_payload: object, platform) => remindDue(platform),
    }),
    job({
      name: 'notifications.tidy',
      cron: '15 3 * * *',
      concurrency: 1,
      handle: (_payload: object, platform) => tidy(platform),
    }),
  ],
}
