/** The headings of voter rolls in offices, and the fields that they name. */

/** The fields of a voter roll. All except `personal_id` are optional. */
export const ROLL_FIELDS = [
  'personal_id',
  'name',
  'first_name',
  'last_name',
  'district',
  'email',
  'language',
  'address',
  'address_2',
  'address_3',
  'house_number',
  'postal_code',
  'city',
  'region',
  'country',
] as const
export type RollField = (typeof ROLL_FIELDS)[number]

/** A longer heading is not recognised; only this part of it is folded. */
const MAX_HEADING = 100

/** Headings in the form of {@link foldHeading}; English, Spanish, German, French. */
const HEADINGS: Readonly<Record<RollField, string>> = {
  personal_id: `personalid personid voterid voteridnumber voternumber voterno memberid membernumber
    memberno membershipid membershipnumber membershipno idnumber registrationnumber registrationid
    voterregistrationnumber employeeid employeenumber employeeno staffid staffnumber studentid
    studentnumber idpersonal idvotante iddevotante numerodevotante idelector iddeelector
    numerodeelector numerodesocio nsocio nodesocio idsocio numerodeafiliado numerodemiembro
    numerodeempleado numerodematricula clavedeelector wahlernummer waehlernummer wahlerid waehlerid
    wahlernr waehlernr mitgliedsnummer mitgliednummer mitgliedsnr mitgliednr mitgliedsid
    personalnummer personalnr matrikelnummer wahlerverzeichnisnummer waehlerverzeichnisnummer
    kennnummer numerodelecteur numeroelecteur idelecteur identifiantelecteur identifiant
    numerodadherent numeroadherent numerodemembre nadherent matricule numerodematricule
    numeroetudiant`,
  name: `name fullname votername membername displayname nombre nombrecompleto nombreyapellidos nombreyapellido
    apellidosynombre apellidosynombres vollername vollstandigername vollstaendigername namevorname wahlername
    nomcomplet nometprenom prenometnom nomprenom nomsetprenoms`,
  first_name: `firstname firstnames givenname givennames forename forenames nombres primernombre nombredepila
    vorname vornamen rufname prenom prenoms`,
  last_name: `lastname lastnames surname surnames familyname apellido apellidos primerapellido nachname
    familienname zuname nom nomdefamille nomdusage`,
  district: `district districtid districtname ward wardname precinct precinctname constituency
    division pollingdistrict votingdistrict electoraldistrict distrito distritoelectoral
    circunscripcion seccionelectoral barrio wahlkreis wahlbezirk stimmbezirk bezirk circonscription
    circonscriptionelectorale bureaudevote collegeelectoral`,
  email: `email emailaddress mail mailaddress correo correoelectronico direcciondecorreo
    emailadresse mailadresse courriel adressemail adresseemail adresseelectronique adressecourriel`,
  language: `language lang preferredlanguage languagecode idioma lengua sprache langue`,
  address: `address address1 addressline1 addressline postaladdress mailingaddress street
    streetaddress direccion direccion1 direccionpostal domicilio calle anschrift postanschrift
    adresse adresse1 adresszeile1 strasse straße strassehausnummer straßehausnummer
    strasseundhausnummer straßeundhausnummer rue adressepostale adresseligne1 voie`,
  address_2: `address2 addressline2 apartment unit suite direccion2 direccioncomplementaria
    complemento adresse2 adresszeile2 adresszusatz complementdadresse complementadresse
    adresseligne2`,
  address_3: `address3 addressline3 direccion3 adresse3 adresszeile3 adresseligne3`,
  house_number: `housenumber housenumberandletter hausnummer hausnr numerodecasa numeroexterior numerodevoie`,
  postal_code: `postalcode postcode zip zipcode codigopostal cp postleitzahl plz codepostal`,
  city:
    'city town citytown posttown ciudad localidad poblacion municipio ort stadt wohnort ville ' +
    'commune localite',
  region:
    'state region province stateprovince county provincia estado comunidadautonoma bundesland ' +
    'kanton departement',
  country: `country pais land staat pays`,
}

const FIELD_OF: ReadonlyMap<string, RollField> = new Map(
  ROLL_FIELDS.flatMap((field) =>
    [field.replaceAll('_', ''), ...HEADINGS[field].split(/\s+/)].map((heading) => [
      foldHeading(heading),
      field,
    ]),
  ),
)
/**
 * Used as the id only if no other column is, because many files number their lines under this
 * heading.
 */
const WEAK = new Set(['id'])
/**
 * @returns a heading as lower-case letters and digits without accents: `Nº de Socio` gives
 *   `nodesocio`
 */
export function foldHeading(heading: string): string {
  return heading
    .slice(0, MAX_HEADING)
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
}

/** The column of each field. Columns that are not a field of a voter roll are left out. */
export interface RollColumns {
  readonly at: Readonly<Partial<Record<RollField, number>>>
  /** Fields that more than one column may be, with these columns. */
  readonly doubtful: readonly { readonly field: RollField; readonly columns: readonly number[] }[]
  /** Chosen fields whose heading does not exist. */
  readonly missing: readonly RollField[]
}

/** Headings that the organiser chose, by field. */
export type ChosenColumns = Readonly<Partial<Record<RollField, string>>>

/**
 * Finds the columns of a voter roll by its header: chosen headings first, then the name of the
 * field itself, then the list of known headings.
 */
export function rollColumns(header: readonly string[], chosen: ChosenColumns = {}): RollColumns {
  const folded = header.map(foldHeading)
  const at: Partial<Record<RollField, number>> = {}
  const doubtful: { field: RollField; columns: readonly number[] }[] = []
  const missing: RollField[] = []
  const taken = new Set<number>()
  const take = (field: RollField, columns: readonly number[]): void => {
    if (columns.length > 1) doubtful.push({ field, columns })
    else if (columns.length === 1) {
      at[field] = columns[0]!
      taken.add(columns[0]!)
    }
  }
  const where = (is: (heading: string, index: number) => boolean): number[] =>
    folded.flatMap((heading, index) => (!taken.has(index) && is(heading, index) ? [index] : []))

  for (const field of ROLL_FIELDS) {
    const heading = chosen[field]
    if (heading === undefined) continue
    const exact = where((_, index) => header[index]!.trim() === heading.trim())
    const columns = exact.length > 0 ? exact : where((one) => one !== '' && one === foldHeading(heading))
    if (columns.length === 0) missing.push(field)
    take(field, columns)
  }
  for (const field of ROLL_FIELDS) {
    if (at[field] !== undefined || chosen[field] !== undefined) continue
    const own = where((_, index) => columnName(header[index]!) === field)
    take(field, own.length > 0 ? own : where((heading) => FIELD_OF.get(heading) === field))
    if (field === 'personal_id' && at.personal_id === undefined && doubtful.length === 0)
      take(
        field,
        where((heading) => WEAK.has(heading)),
      )
  }
  return { at, doubtful, missing }
}

/** @returns the name of a column for comparisons: case and spaces around it do not matter */
export function columnName(field: string): string {
  return field.trim().toLowerCase()
}
