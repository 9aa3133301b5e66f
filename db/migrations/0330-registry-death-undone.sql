-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- A death told in error gives back what it ended: exemptions and adhesions to campaigns are as before, and the doctor is hers again
-- on the same day.

alter table registry.person_exemption add column before_death daterange;
comment on column registry.person_exemption.before_death is 'Days it had before the death of who holds it cut them short; null while no death did';

-- The end that a death or a move wrote may lie a day ahead: it is cut short when another choice begins before. Nothing else of an
-- ended choice changes, and two at once are refused as ever (doctor_choice_one_at_a_time).
create or replace function registry.keep_choice() returns trigger language plpgsql as $$
begin
  if (new.person_id, new.role_id, new.kind) is distinct from (old.person_id, old.role_id, old.kind)
    or (old.ended_at is not null and not (
      old.end_reason in ('DECEASED', 'MOVED') and new.valid <@ old.valid and to_jsonb(new) - 'valid' = to_jsonb(old) - 'valid')) then
    raise exception 'a choice of a doctor is ended, not changed' using errcode = 'check_violation', constraint = 'doctor_choice_kept';
  end if;
  return new;
end $$;

alter table vaccination.adhesion
  add column by_death boolean not null default false,
  add constraint adhesion_by_death check (not by_death or (withdrawn_at is not null and withdrawn_by is null)),
  drop constraint adhesion_forgets_contact,
  add constraint adhesion_forgets_contact check (withdrawn_at is null or by_death or contact_address is null);
comment on column vaccination.adhesion.by_death is 'Ended by her death; the contact stays, should the death be an error';
