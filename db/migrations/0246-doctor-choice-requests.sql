-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Requests about the doctor that somebody must examine: a doctor of another area, a temporary domicile, staying with the
-- paediatrician after 14, exceptions to a ceiling; and what came on paper and was entered by an office.

select platform.room('doctor_choice');

create table doctor_choice.request (
  id              uuid primary key,
  code            text not null constraint request_code unique,
  person_id       uuid not null references registry.person (id),
  role_id         uuid not null references registry.primary_care_post (role_id),
  asl_id          uuid not null references registry.organisation (id),
  kind            text not null check (kind in ('ORDINARY', 'REVOKE', 'OUT_OF_AREA', 'TEMPORARY', 'OVER_14', 'EXCEPTION')),
  reason          text check (reason in ('WORK', 'STUDY', 'HEALTH', 'FAMILY_CARE', 'NEWBORN', 'FAMILY', 'CONTINUITY')),
  until           date,
  asked_by        uuid references registry.person (id),
  -- On paper: who brought it, the document seen, where its scan is kept, who entered it.
  brought_by      text check (brought_by in ('SELF', 'PARENT', 'GUARDIAN', 'DELEGATE', 'RELATIVE')),
  bearer_name     text check (length(bearer_name) between 3 and 160),
  document_kind   text check (document_kind in ('IDENTITY_CARD', 'PASSPORT', 'DRIVING_LICENCE', 'RESIDENCE_PERMIT')),
  document_number text check (length(document_number) between 3 and 40),
  scan_reference  text check (length(scan_reference) between 3 and 200),
  entered_by      uuid,
  doctor_answer   text check (doctor_answer in ('ACCEPTED', 'DECLINED')),
  doctor_answered_at timestamptz,
  state           text not null check (state in ('WAIT_DOCTOR', 'WAIT_OFFICE', 'WAIT_CITIZEN', 'DONE', 'REJECTED', 'WITHDRAWN')),
  question        text check (length(question) between 3 and 500),
  answer          text check (length(answer) between 3 and 500),
  refusal         text check (length(refusal) between 3 and 500),
  choice_id       uuid references registry.doctor_choice (id),
  decided_by      uuid,
  created_at      timestamptz not null,
  changed_at      timestamptz not null,
  constraint request_way check ((asked_by is null) = (entered_by is not null)),
  constraint request_on_paper check (entered_by is null or (brought_by is not null and document_kind is not null
    and document_number is not null and scan_reference is not null and (brought_by = 'SELF') = (bearer_name is null))),
  constraint request_reason check ((kind in ('TEMPORARY', 'EXCEPTION')) = (reason is not null)),
  constraint request_until check ((kind = 'TEMPORARY') = (until is not null)),
  constraint request_done check ((state = 'DONE') = (choice_id is not null)),
  constraint request_rejected check ((state = 'REJECTED') = (refusal is not null)),
  constraint request_accepted check (state <> 'DONE' or kind not in ('OUT_OF_AREA', 'OVER_14') or doctor_answer = 'ACCEPTED')
);
comment on column doctor_choice.request.role_id is 'The doctor wished; of who leaves the doctor, the one she leaves';
comment on column doctor_choice.request.asl_id is 'Authority of the doctor: its offices examine it';
comment on column doctor_choice.request.refusal is 'Why not, as the person reads it';
comment on column doctor_choice.request.decided_by is 'Appointment of the officer';
create unique index request_one_open on doctor_choice.request (person_id) where state in ('WAIT_DOCTOR', 'WAIT_OFFICE', 'WAIT_CITIZEN');
create index request_of_asl on doctor_choice.request (asl_id, created_at);
create index request_of_doctor on doctor_choice.request (role_id, created_at) where state = 'WAIT_DOCTOR';
create index request_of_person on doctor_choice.request (person_id, created_at desc);
select platform.protect('doctor_choice.request', 'person_id');

-- Beyond the ceiling by a dated exception, so many people and no more: the database refuses the next.
alter table registry.primary_care_post add column exception_places integer not null default 20 check (exception_places between 0 and 200);
comment on column registry.primary_care_post.exception_places is 'People beyond the ceiling whom an office may let in by an exception (deroga)';
alter table registry.doctor_choice drop constraint doctor_choice_kind_check;
alter table registry.doctor_choice add constraint doctor_choice_kind_check check (kind in
  ('ORDINARY', 'REUNIFICATION', 'OUT_OF_AREA', 'TEMPORARY', 'PROVISIONAL_PAED', 'OVER_14', 'EX_OFFICIO', 'EXCEPTION'));

-- As before, and an exception may go beyond the ceiling by as many as the doctor's post allows.
create or replace function registry.count_choices(roles uuid[], kinds text[], steps integer[]) returns void
language plpgsql as $$
declare
  post record;
begin
  for post in
    select c.role_id,
           coalesce(sum(c.n) filter (where c.kind <> 'TEMPORARY'), 0) as people,
           coalesce(sum(c.n) filter (where c.kind = 'TEMPORARY'), 0) as temporary,
           bool_or(c.n > 0) as enters,
           bool_or(c.n > 0 and c.kind not in ('REUNIFICATION', 'EX_OFFICIO')) as bound,
           bool_and(c.kind = 'EXCEPTION') filter (where c.n > 0 and c.kind not in ('REUNIFICATION', 'EX_OFFICIO')) as by_exception
    from unnest(roles, kinds, steps) c(role_id, kind, n)
    group by c.role_id
    order by c.role_id -- always in this order, so that two statements do not wait for each other
  loop
    update registry.primary_care_post p
    set patients = p.patients + post.people,
        temporary_patients = p.temporary_patients + post.temporary
    where p.role_id = post.role_id
      and (not post.enters or p.state <> 'CEASED')
      and (not post.bound
           or p.patients + post.people + greatest(p.temporary_patients + post.temporary - p.temporary_ceiling, 0)
              <= coalesce(p.self_limit, p.ceiling) + case when post.by_exception then p.exception_places else 0 end);
    if not found then
      raise exception 'the list of this doctor is full or closed' using errcode = 'check_violation', constraint = 'doctor_choice_ceiling';
    end if;
  end loop;
end $$;
