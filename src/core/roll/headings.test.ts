import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ROLL_FIELDS, rollColumns } from './headings.ts'

test('the headings of offices are recognised in four languages', () => {
  const known: [header: string, fields: string][] = [
    ['personal_id,name,district,email', 'personal_id name district email'],
    ['Voter ID,Full Name,Ward,E-mail', 'personal_id name district email'],
    ['Personal ID;First name;Surname;Zip', 'personal_id first_name last_name postal_code'],
    ['Nº de socio,Nombre,Apellidos,Distrito,Correo electrónico', 'personal_id name last_name district email'],
    [
      'Wählernummer,Vorname,Nachname,Straße,Hausnummer,PLZ,Ort',
      'personal_id first_name last_name address house_number postal_code city',
    ],
    ['Mitglieds-Nr.,Name,Wahlkreis', 'personal_id name district'],
    [
      'Numéro d’électeur,Nom,Prénom,Circonscription,Courriel',
      'personal_id last_name first_name district email',
    ],
    ['ID,Name', 'personal_id name'],
    ['ID,Voter ID,Name', '- personal_id name'],
    ['personal_id,Voter ID', 'personal_id -'],
    ['Phone,VOTER_ID', '- personal_id'],
  ]
  for (const [header, fields] of known) {
    const columns = header.split(/[,;]/)
    const { at, doubtful } = rollColumns(columns)
    const found = columns.map((_, i) => ROLL_FIELDS.find((field) => at[field] === i) ?? '-')
    assert.equal(found.join(' '), fields, header)
    assert.deepEqual(doubtful, [])
  }
})

test('a chosen column has precedence, and is reported if it is missing', () => {
  const header = ['Voter ID', 'Badge', 'Ward', 'Area']
  assert.deepEqual(rollColumns(header, { personal_id: 'badge', district: 'Area' }).at, {
    personal_id: 1,
    district: 3,
  })
  assert.deepEqual(rollColumns(header, { personal_id: 'Number' }).missing, ['personal_id'])
})

test('two columns that may be the same field are doubtful', () => {
  assert.deepEqual(rollColumns(['Voter ID', 'Member number']).doubtful, [
    { field: 'personal_id', columns: [0, 1] },
  ])
  assert.deepEqual(rollColumns(['personal_id', 'Ward', 'Precinct']).doubtful, [
    { field: 'district', columns: [1, 2] },
  ])
})
