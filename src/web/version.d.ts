// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later
/** Version of this build, from package.json. */
declare const __VERSION__: string
