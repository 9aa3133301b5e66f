// SPDX-FileCopyrightText: Regione Campania
// SPDX-License-Identifier: AGPL-3.0-or-later

/**
 * Answer codes (codEsito) of the SAC with their official Italian name, as the dispenser's and prescriber's services use
 * them. Source: error tables of the web services of the electronic prescription (Sistema Tessera Sanitaria).
 */
export const sacCodes = {
  '0000': 'Operazione eseguita correttamente',
  '0001': 'Inserimento con segnalazioni',
  '9999': 'Operazione non avvenuta',
  '1001': 'PINCODE assente',
  '1002': 'PINCODE errato',
  '1003': 'Utente non autorizzato',
  '1004': 'CF medico 1 non in attività',
  '1005': 'CF medico 2 non in attività',
  '1006': 'Regione non abilitata',
  '1007': 'CF medico 1 non coincidente',
  '1008': 'NRE non coincidente con regione',
  '1009': 'Codice regione NRE errato',
  '1010': 'Lunghezza NRE errata',
  '1011': 'Raggruppamento NRE errato',
  '1012': 'CF assistito non inserito',
  '1013': 'NRE non in lotto',
  '1014': 'Codice ASL non coincidente con lotto',
  '1015': 'CF medico non coincidente con lotto',
  '1016': 'NRE già usato',
  '1017': 'NRE non presente',
  '1018': 'Codice regione medico obbligatorio',
  '1019': 'Codice ASL medico obbligatorio',
  '1020': 'Codice ASL medico non valido',
  '1021': 'Codice struttura medico non valido',
  '1022': 'Codice specializzazione non valido',
  '1023': 'CF medico errato',
  '1024': 'Check digit CF medico errato',
  '1025': 'Codice specializzazione obbligatorio',
  '1026': 'Codice regione medico non valido',
  '1027': 'CF medico 2 errato',
  '1028': 'Check digit CF medico 2 errato',
  '1029': 'NRE non previsto',
  '1030': 'Codice specializzazione non coincidente con lotto',
  '1031': 'Codice struttura non coincidente con lotto',
  '1032': 'Tipo ricetta non ammesso',
  '1033': 'Inserire CF STP o ENI',
  '1034': 'CF assistito non decifrabile',
  '1035': 'CF assistito non cifrato',
  '1036': 'CF STP ENI errato',
  '1037': 'CF non assistito SSN',
  '1038': 'CF assistito non impostato',
  '1039': 'STP non impostato',
  '1197': 'Progressivo NRE errato',
  '5005': 'Ricetta non esistente',
  '5009': 'Ricetta scaduta',
  '5010': 'CF non corrispondente',
  '5011': 'In erogazione da altro centro',
  '5014': 'Operazione non consentita',
  '5162': 'Ricetta annullata dal medico',
  '5221': 'Ricetta erogata non a carico del SSN',
} as const

export type SacCode = keyof typeof sacCodes

/** True for a code of the table above. */
export function isSacCode(code: string | undefined): code is SacCode {
  return code !== undefined && Object.hasOwn(sacCodes, code)
}
