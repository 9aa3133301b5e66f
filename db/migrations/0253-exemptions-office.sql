-- SPDX-FileCopyrightText: Regione Campania
-- SPDX-License-Identifier: AGPL-3.0-or-later
-- Declarations as offices look them up: with who it is about and what came of it.

create view exemptions.declared with (security_invoker = true) as
select d.id, d.protocol, d.patient_id, d.asl_id, d.district_id, d.code, d.submitted_at, p.family_name, p.given_name,
       e.id as exemption_id, e.state, e.valid
from exemptions.declaration d
join exemptions.certificate c on c.declaration_id = d.id and c.patient_id = d.patient_id
join registry.person_exemption e on e.id = c.exemption_id
join registry.person p on p.id = d.patient_id;
comment on view exemptions.declared is 'Each declaration with the person it is about and the exemption it gave her';
create index declaration_in_district on exemptions.declaration (district_id, submitted_at desc);
