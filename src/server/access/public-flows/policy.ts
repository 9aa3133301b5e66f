// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/** Who may do what in public flows: anybody, and nothing clinical is behind them. */
export const policy = {
  startPublicFlow: { access: 'public', audit: 'person' },
  endPublicFlow: { access: 'public', audit: 'person' },
} as const
