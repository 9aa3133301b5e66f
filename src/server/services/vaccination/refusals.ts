// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

import { notFound, Refusal } from '../../platform/errors.ts'

export const noAdhesion = notFound({ it: 'Adesione', en: 'Adhesion' })

export const notOpen = new Refusal(
  'vaccination/not-open',
  409,
  { it: 'In questi giorni non si può aderire.', en: 'One cannot adhere in these days.' },
  { field: 'campaign', next: { it: 'Controlla le date della campagna.', en: 'Check the dates of the campaign.' } },
)

export const notInvited = new Refusal(
  'vaccination/not-invited',
  422,
  {
    it: 'La campagna non è rivolta a questa persona.',
    en: 'The campaign does not invite this person.',
  },
  {
    field: 'campaign',
    next: {
      it: 'Leggi che cosa puoi fare nella pagina della campagna, o chiedi al medico di famiglia.',
      en: 'Read what you can do on the page of the campaign, or ask the family doctor.',
    },
  },
)

export const alreadyAdhered = new Refusal(
  'vaccination/already-adhered',
  409,
  { it: 'L’adesione c’è già.', en: 'The adhesion is there already.' },
  {
    next: {
      it: 'Ricarica la pagina: la trovi nell’elenco, e da lì puoi ritirarla.',
      en: 'Reload the page: it is in the list, and from there you can withdraw it.',
    },
  },
)

export const alreadyWithdrawn = new Refusal(
  'vaccination/already-withdrawn',
  409,
  { it: 'L’adesione è già stata ritirata.', en: 'The adhesion has been withdrawn already.' },
  { next: { it: 'Ricarica la pagina: non devi fare altro.', en: 'Reload the page: there is nothing else to do.' } },
)

export const noSuchContact = new Refusal(
  'vaccination/no-such-contact',
  422,
  {
    it: 'Questo recapito non è tra quelli che hai confermato.',
    en: 'This contact is not one that you have confirmed.',
  },
  {
    field: 'contact',
    next: {
      it: 'Scegline un altro, o i messaggi nell’area personale.',
      en: 'Choose another one, or messages in the personal area.',
    },
  },
)
