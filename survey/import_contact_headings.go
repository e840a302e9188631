package survey

func contactFields() []ImportField {
	fields := []ImportField{{Name: fieldExternalID, About: "the contact's number in your own systems; it makes importing again safe", headings: []string{
		"externalid", "contactid", "contactexternalid", "contactnumber", "personid", "id", "number", "no", "nr", "key", "kontaktid",
		"kontaktnummer", "kontaktnr", "ansprechpartnernr", "idcontact", "idcontacto", "nummer", "numero", "codigo", "recordid", "recordidcontact",
		"userid", "uuid", "subscriberid", "leid", "euid", "objektid", "datensatzid", "donotmodifycontact", "contactnameid",
	}}}
	fields = append(fields, customerRefs(true)...)
	return append(append(fields, personFields()...), permissionFields()...)
}

// personFields are what a file tells of a person.
func personFields() []ImportField {
	return []ImportField{
		{Name: fieldName, Required: true, About: "the person's name", instead: []string{fieldFirstName, fieldLastName, fieldEmail}, headings: []string{
			"name", "contactname", "fullname", "contact", "person", "displayname", "ansprechpartner", "kontakt", "kontaktname", "vollername",
			"nom", "nomcomplet", "nomducontact", "interlocuteur", "nombre", "nombrecompleto", "contacto", "vollstandigername", "anzeigename", "personname", "contactperson", "kontaktperson",
		}},
		{Name: fieldFirstName, About: "the first name, where the name stands in two columns", headings: []string{
			"firstname", "givenname", "forename", "vorname", "prenom", "nombredepila", "fname", "first", "firstnamebilling", "billingfirstname", "rufname", "voornaam",
		}},
		{Name: fieldLastName, About: "the last name, likewise", headings: []string{
			"lastname", "surname", "familyname", "nachname", "familienname", "nomdefamille", "apellidos", "apellido", "lname", "last", "lastnamebilling", "billinglastname", "zuname", "achternaam",
		}},
		{Name: fieldEmail, About: "where invitations go", headings: []string{
			"email", "emailaddress", "mail", "mailaddress", "workemail", "emailadresse", "mailadresse", "courriel", "adresseemail",
			"adressemail", "correo", "correoelectronico", "direcciondecorreo", "emailwork", "businessemail", "email1", "emailaddress1", "primaryemail", "emailgeschaftlich", "geschaftlicheemail", "emailbilling", "billingemail", "emailpro",
		}},
		{Name: fieldPhone, About: "a telephone number, kept as it is written", headings: []string{
			"phone", "phonenumber", "telephone", "telephonenumber", "tel", "telefon", "telefonnummer", "rufnummer", "workphone", "businessphone", "businessphone1", "phonework", "telefongeschaftlich",
			"festnetz", "durchwahl", "direktwahl", "mobile", "mobilephone", "mobilephonenumber", "mobil", "mobiltelefon", "mobiltelefonnummer", "handy", "handynummer", "cellphone", "cell", "sms", "phonemobile", "mainphone",
			"telephoneprofessionnel", "numerodetelephone", "portable", "telefono", "numerodetelefono", "movil", "celular", "billingphone", "whatsapp",
		}},
		{Name: fieldRole, About: "decision_maker, sponsor, finance, user or other; job titles are understood as far as they go", headings: []string{
			"role", "contactrole", "function", "jobrole", "rolle", "funktion", "fonction", "rol", "funcion", "cargo", "buyingrole", "kaufrolle",
			"jobtitle", "position", "abteilung", "department", "stelle", "berufsbezeichnung", "jobbezeichnung", "poste", "puesto", "service",
		}, late: []string{"title"}},
		{Name: fieldLanguage, About: "a language: de, de_DE, German or Deutsch", headings: []string{
			"language", "lang", "locale", "preferredlanguage", "sprache", "langue", "idioma", "bevorzugtesprache", "korrespondenzsprache", "languageoverride", "browserlanguage", "languagecode", "sprachcode", "languageid", "kommunikationssprache",
		}},
		{Name: fieldTimeZone, About: "a time zone: Europe/Berlin, W. Europe Standard Time, Berlin", headings: []string{
			"timezone", "tz", "zeitzone", "fuseauhoraire", "zonahoraria", "timezonesidkey", "timezonename",
		}},
		{Name: fieldCountry, About: "where they work: an ISO code such as DE or DE-BY, or a country's name; what is none is passed over", headings: []string{
			"country", "countryregion", "countrycode", "land", "landeskennzeichen", "pays", "pais", "mailingcountry", "billingcountry", "countrybilling", "addresscountry", "landregion", "address1countryregion",
		}},
	}
}

// permissionFields are what a file tells of whether a person may be mailed. Whoever may not is put on the list of suppressed addresses.
func permissionFields() []ImportField {
	fields := optOutFields()
	return append(fields,
		ImportField{Name: fieldMailStatus, About: "whether they may be mailed, in a word: subscribed, unsubscribed, bounced, complained, blocked", headings: []string{
			"mailstatus", "emailstatus", "emailmarketingstatus", "marketingstatus", "subscriptionstatus", "emailsubscriptionstatus", "optinstatus", "subscriberstatus", "newsletterstatus", "emailmarketingconsent", "globalstatus", "contactstatus", "abonnement",
		}, late: []string{"status", "state", "memberstatus"}},
		ImportField{Name: fieldConsent, About: "yes where they may be mailed, no where they may not", headings: []string{
			"mailconsent", "acceptsemailmarketing", "acceptsmarketing", "optin", "emailoptin", "newsletter", "marketingconsent", "emailpermission", "maysendemail", "einwilligung", "werbeeinwilligung", "newslettererlaubt", "sendmarketingmaterials", "consent", "consentement",
		}},
		ImportField{Name: fieldDate, About: "since when, where a word or yes tells that they may not", headings: []string{
			"optoutdate", "optouttime", "lastchanged", "statuschangedat", "statuschanged", "emailoptouttime", "blocklistedat", "suppressedat", "abmeldedatum",
		}},
	)
}

// optOutFields are the columns that tell of an opt-out each.
func optOutFields() []ImportField {
	return []ImportField{
		{Name: fieldUnsubscribed, About: "when they unsubscribed, or yes or no", headings: []string{
			"unsubscribedon", "unsubscribedat", "unsubscribeddate", "unsubscribedate", "unsubtime", "optoutdate", "optedouton", "optedoutat",
			"unsubscribed", "unsubscribe", "optedout", "optout", "emailoptout", "hasoptedoutofemail", "unsubscribedfromallemail", "donotemail",
			"deaktiviert", "deaktiviertam", "keineemailszulassen", "emailsnichtzulassen", "keinemassenemailszulassen", "massenemailsnichtzulassen", "abgemeldetam", "abmeldedatum", "abmeldung", "abgemeldet", "desinscritle", "datededesinscription", "desinscrit", "desabonne",
			"fechadebaja", "baja", "unsubscribedfromemails", "emailoptedout", "emailblacklisted", "emailblocklisted", "blocklistedemail", "blacklisted", "blocklisted", "donotallowemails", "donotbulkemail", "donotallowbulkemails", "nomail", "nonewsletter",
			"deactivated", "unsubscribetime", "keineemails", "keinemails", "keinenewsletter", "werbesperre", "mailsperre", "emailsperre", "gesperrt", "vonallenemailsabgemeldet", "keinewerbung", "noemail", "optoutemail", "unsubdate", "emailunsubscribed", "unsubscribedfromemail", "optoutfromemail",
		}},
		{Name: fieldComplained, About: "when they reported a mail as spam, or yes or no", headings: []string{
			"complainedon", "complainedat", "complaintdate", "complained", "complaint", "spamcomplaint", "spamreport", "markedasspam", "spam",
			"beschwerdeam", "beschwerde", "spambeschwerde", "plainte", "queja", "markedemailasspam", "spamreported", "abuse", "abusereport",
		}},
		{Name: fieldBounced, About: "when their server refused the address for good, or yes or no", headings: []string{
			"bouncedon", "bouncedat", "bouncedate", "hardbouncedon", "hardbouncedat", "cleantime", "cleanedon", "hardbounced", "hardbounce",
			"bounced", "bounce", "cleaned", "unzustellbarseit", "unzustellbar", "rejetele", "rejete", "rebotadoel", "rebotado", "hashardbounced", "emailhardbouncereason", "emailhardbouncereasonenum", "emailbounceddate", "emailbouncedreason", "bouncedemail", "isemailbounced", "invalidemail", "emailinvalid",
		}},
	}
}
