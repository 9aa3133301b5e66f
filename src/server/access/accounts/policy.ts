// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** Who may do what with accounts. */
export const policy = {
  /** The pages of the sign-in: they touch nobody's data before the person is in. */
  accountPages: { access: 'public', audit: 'none' },
  signInWithPasskey: { access: 'public', audit: 'none' },
  /** Of one's own account, also for who signed in with it. */
  own: { access: 'citizen', audit: 'person', level: 1 },
  /** What binds an account to a person: only with a strong identity; the work asks for a fresh one. */
  strong: { access: 'citizen', audit: 'person', level: 2 },
} as const
