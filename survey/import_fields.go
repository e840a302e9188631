package survey

import "slices"

// ImportField is one field that a column of a file can hold.
type ImportField struct {
	Name string
	// Required says that a file without such a column cannot be imported.
	Required bool
	// About says in a few words what the field is.
	About string
	// headings are the words that columns of this field are headed with, folded by headingKey; likelier ones first.
	headings []string
}

// The names of the fields of a file.
const (
	fieldExternalID         = "external_id"
	fieldName               = "name"
	fieldStatus             = "status"
	fieldSegment            = "segment"
	fieldRep                = "rep"
	fieldValuePerYear       = "value_per_year"
	fieldPausedFrom         = "paused_from"
	fieldPausedUntil        = "paused_until"
	fieldPausedBy           = "paused_by"
	fieldRenewsOn           = "renews_on"
	fieldCustomerExternalID = "customer_external_id"
	fieldContactExternalID  = "contact_external_id"
	fieldEmail              = "email"
	fieldRole               = "role"
	fieldLanguage           = "language"
	fieldTimeZone           = "time_zone"
	fieldCountry            = "country"
	fieldKind               = "kind"
	fieldAt                 = "at"
	fieldValue              = "value"
	fieldNote               = "note"
	fieldReason             = "reason"
	fieldDate               = "date"
	fieldUnsubscribed       = "unsubscribed"
	fieldBounced            = "bounced"
	fieldComplained         = "complained"
)

// customerNumbers are the headings of a customer's number, in English, German, French and Spanish.
var customerNumbers = []string{
	"customerexternalid", "customerid", "customernumber", "customerno", "customernr", "customercode", "customerkey",
	"customer", "accountid", "accountnumber", "accountno", "account", "clientid", "clientnumber", "clientno", "client",
	"companyid", "companynumber", "company", "debtor", "debtorno", "kundennummer", "kundennr", "kundenid", "kundenkey",
	"kdnr", "kundenno", "kunde", "debitor", "debitorennummer", "debitorennr", "firma", "numeroclient", "noclient",
	"codeclient", "idclient", "refclient", "societe", "entreprise", "numerodecliente", "numerocliente", "numcliente",
	"codigocliente", "codigodecliente", "idcliente", "cliente", "empresa",
}

// ImportFields lists the fields that a column of a file of that kind can hold.
func ImportFields(k ImportKind) []ImportField {
	switch k {
	case ImportCustomers:
		return customerFields()
	case ImportContacts:
		return contactFields()
	case ImportTouchpoints:
		return touchpointFields()
	case ImportSuppressions:
		return suppressionFields()
	}
	return nil
}

func customerFields() []ImportField {
	numbers := slices.DeleteFunc(slices.Clone(customerNumbers), func(s string) bool {
		return slices.Contains([]string{"customer", "client", "company", "account", "kunde", "firma", "societe", "entreprise", "cliente", "empresa"}, s)
	})
	return []ImportField{
		{fieldExternalID, false, "the customer's number in your own systems; it makes importing again safe",
			append([]string{"externalid", "id", "number", "no", "nr", "key", "code", "nummer", "numero", "codigo", "reference", "ref"}, numbers...)},
		{fieldName, true, "the company's name", []string{
			"name", "customername", "companyname", "accountname", "clientname", "company", "customer", "client", "account", "organisation",
			"organization", "firmenname", "kundenname", "unternehmen", "firma", "kunde", "name1", "nom", "nomclient", "nomduclient", "raisonsociale",
			"societe", "entreprise", "nombre", "nombrecliente", "nombredelcliente", "razonsocial", "empresa", "cliente",
		}},
		{fieldStatus, false, "prospect, active, lost or won_back", []string{
			"status", "state", "customerstatus", "accountstatus", "lifecycle", "kundenstatus", "zustand", "statut", "etat", "estado",
		}},
		{fieldSegment, false, "a group for charts, such as retail", []string{
			"segment", "industry", "sector", "group", "category", "tier", "type", "branche", "kundengruppe", "gruppe", "kategorie",
			"secteur", "categorie", "groupe", "segmento", "grupo", "categoria",
		}},
		{fieldRep, false, "the owner of the relation: a rep's e-mail address or id", []string{
			"rep", "repid", "repemail", "owner", "accountowner", "accountmanager", "salesrep", "salesperson", "manager", "responsible",
			"betreuer", "vertreter", "verantwortlich", "kundenbetreuer", "verkaufer", "vertrieb", "commercial", "responsable", "vendeur",
			"vendedor", "comercial", "ejecutivo",
		}},
		{fieldValuePerYear, false, "what the customer is worth in a year", []string{
			"valueperyear", "value", "annualvalue", "yearlyvalue", "arr", "acv", "revenue", "annualrevenue", "revenueperyear", "turnover",
			"sales", "umsatz", "jahresumsatz", "wert", "jahreswert", "chiffredaffaires", "ca", "caannuel", "valeur", "ingresos",
			"facturacion", "ventas", "valor",
		}},
		{fieldRenewsOn, false, "when their contract ends or renews", []string{
			"renewson", "renewaldate", "renewal", "renewsat", "contractend", "contractenddate", "contractrenewal", "enddate", "expirydate",
			"expireson", "validuntil", "vertragsende", "vertragsverlangerung", "verlangerung", "laufzeitende", "laufzeitbis", "gultigbis",
			"findecontrat", "datedefindecontrat", "renouvellement", "datederenouvellement", "echeance", "findecontrato", "renovacion",
			"fechaderenovacion", "vencimiento",
		}},
		{fieldPausedFrom, false, "the first day of a pause in which they order nothing", []string{
			"pausedfrom", "pausefrom", "pausestart", "pausestartdate", "onholdfrom", "onholdsince", "pausevon", "pauseab", "pausebeginn",
			"ruhtseit", "ruhtab", "enpausedepuis", "pausedu", "debutdepause", "debutpause", "pausadesde", "enpausadesde", "iniciodepausa",
		}},
		{fieldPausedUntil, false, "the day on which the pause is over", []string{
			"pauseduntil", "pauseuntil", "pauseend", "pauseenddate", "onholduntil", "pausebis", "pauseende", "ruhtbis", "enpausejusquau",
			"pauseau", "findepause", "finpause", "pausahasta", "enpausahasta", "findepausa",
		}},
		{fieldPausedBy, false, "who said that they pause", []string{
			"pausedby", "pausesaidby", "pausegemeldetvon", "pauselautvon", "pauseannonceepar", "pausadichapor",
		}},
	}
}

func contactFields() []ImportField {
	return []ImportField{
		{fieldExternalID, false, "the contact's number in your own systems; it makes importing again safe", []string{
			"externalid", "contactid", "contactexternalid", "contactnumber", "personid", "id", "number", "no", "nr", "key", "kontaktid",
			"kontaktnummer", "kontaktnr", "ansprechpartnernr", "idcontact", "idcontacto", "nummer", "numero", "codigo",
		}},
		{fieldCustomerExternalID, true, "the number of the customer they work for", customerNumbers},
		{fieldName, true, "the person's name", []string{
			"name", "contactname", "fullname", "contact", "person", "displayname", "ansprechpartner", "kontakt", "kontaktname", "vollername",
			"nom", "nomcomplet", "nomducontact", "interlocuteur", "nombre", "nombrecompleto", "contacto", "lastname", "nachname",
		}},
		{fieldEmail, false, "where invitations go", []string{
			"email", "emailaddress", "mail", "mailaddress", "workemail", "emailadresse", "mailadresse", "courriel", "adresseemail",
			"adressemail", "correo", "correoelectronico", "direcciondecorreo",
		}},
		{fieldRole, false, "decision_maker, sponsor, finance, user or other", []string{
			"role", "contactrole", "function", "jobrole", "rolle", "funktion", "fonction", "rol", "funcion", "cargo",
		}},
		{fieldLanguage, false, "a language tag such as en or de", []string{
			"language", "lang", "locale", "preferredlanguage", "sprache", "langue", "idioma",
		}},
		{fieldTimeZone, false, "a time zone such as Europe/Berlin", []string{
			"timezone", "tz", "zeitzone", "fuseauhoraire", "zonahoraria",
		}},
		{fieldCountry, false, "where they work: an ISO code such as DE or DE-BY, or a country's name; what is none is passed over", []string{
			"country", "countryregion", "countrycode", "land", "landeskennzeichen", "pays", "pais",
		}},
	}
}

func touchpointFields() []ImportField {
	return []ImportField{
		{fieldExternalID, false, "the record's number in your own systems; it makes importing again safe", []string{
			"externalid", "touchpointid", "orderid", "ordernumber", "orderno", "eventid", "transactionid", "invoiceid", "invoicenumber",
			"invoiceno", "invoice", "ticketid", "id", "number", "no", "nr", "reference", "ref", "belegnummer", "belegnr", "bestellnummer",
			"auftragsnummer", "auftragsnr", "rechnungsnummer", "rechnungsnr", "vorgang", "numerocommande", "nocommande", "numerofacture",
			"idpedido", "numeropedido", "numerodepedido", "numerofactura",
		}},
		{fieldCustomerExternalID, true, "the number of the customer", customerNumbers},
		{fieldContactExternalID, false, "the number of the contact", []string{
			"contactexternalid", "contactid", "contact", "contactnumber", "kontaktid", "kontaktnummer", "kontakt", "ansprechpartner",
			"idcontact", "idcontacto", "contacto",
		}},
		{fieldKind, false, "what happened: order, login, visit and so on", []string{
			"kind", "type", "eventtype", "event", "activity", "activitytype", "touchpoint", "touchpointkind", "channel", "art", "typ", "ereignis",
			"aktivitat", "vorgangsart", "evenement", "activite", "tipo", "evento", "actividad",
		}},
		{fieldAt, true, "when it happened", []string{
			"at", "date", "datetime", "timestamp", "time", "when", "day", "orderdate", "eventdate", "transactiondate", "invoicedate",
			"occurredat", "createdat", "created", "datum", "zeitpunkt", "bestelldatum", "auftragsdatum", "rechnungsdatum", "belegdatum", "tag",
			"datedecommande", "datecommande", "datefacture", "jour", "fecha", "fechapedido", "fechadepedido", "fechafactura", "dia",
		}},
		{fieldValue, false, "what it is worth", []string{
			"value", "amount", "total", "revenue", "price", "sum", "netamount", "nettotal", "grossamount", "ordervalue", "wert", "betrag",
			"umsatz", "summe", "nettobetrag", "gesamt", "preis", "montant", "valeur", "prix", "importe", "valor", "monto", "precio",
		}},
		{fieldNote, false, "words about it", []string{
			"note", "notes", "comment", "comments", "description", "subject", "text", "notiz", "bemerkung", "kommentar", "beschreibung",
			"betreff", "commentaire", "remarque", "sujet", "nota", "comentario", "descripcion", "asunto",
		}},
	}
}

func suppressionFields() []ImportField {
	return []ImportField{
		{fieldEmail, true, "the address that must not be mailed, or @ and a domain for everybody there", []string{
			"email", "emailaddress", "mail", "mailaddress", "address", "subscriber", "recipient", "emailadresse", "mailadresse", "adresse",
			"empfanger", "courriel", "adresseemail", "adressemail", "destinataire", "correo", "correoelectronico", "direcciondecorreo",
		}},
		{fieldReason, false, "unsubscribed, complaint, hard_bounce or by_hand; of an address that may be mailed, subscribed", []string{
			"reason", "suppressionreason", "why", "status", "state", "type", "grund", "abmeldegrund", "raison", "motif", "statut", "motivo", "estado",
		}},
		{fieldDate, false, "since when", []string{
			"date", "since", "suppressedon", "suppressedat", "addedon", "addedat", "createdat", "created", "createdon", "timestamp", "time",
			"lastupdatetime", "lastchanged", "datum", "seit", "gesperrtam", "depuis", "fecha", "desde",
		}},
		{fieldUnsubscribed, false, "when they unsubscribed, or yes or no", []string{
			"unsubscribedon", "unsubscribedat", "unsubscribeddate", "unsubscribedate", "unsubtime", "optoutdate", "optedouton", "optedoutat",
			"unsubscribed", "unsubscribe", "optedout", "optout", "emailoptout", "hasoptedoutofemail", "unsubscribedfromallemail", "donotemail",
			"abgemeldetam", "abmeldedatum", "abmeldung", "abgemeldet", "desinscritle", "datededesinscription", "desinscrit", "desabonne",
			"fechadebaja", "baja",
		}},
		{fieldComplained, false, "when they reported a mail as spam, or yes or no", []string{
			"complainedon", "complainedat", "complaintdate", "complained", "complaint", "spamcomplaint", "spamreport", "markedasspam", "spam",
			"beschwerdeam", "beschwerde", "spambeschwerde", "plainte", "queja",
		}},
		{fieldBounced, false, "when their server refused the address for good, or yes or no", []string{
			"bouncedon", "bouncedat", "bouncedate", "hardbouncedon", "hardbouncedat", "cleantime", "cleanedon", "hardbounced", "hardbounce",
			"bounced", "bounce", "cleaned", "unzustellbarseit", "unzustellbar", "rejetele", "rejete", "rebotadoel", "rebotado",
		}},
		{fieldNote, false, "words about it", []string{
			"note", "notes", "comment", "comments", "details", "description", "unsubreason", "unsubreasonother", "unsubcampaigntitle", "campaign",
			"error", "notiz", "bemerkung", "kommentar", "commentaire", "remarque", "nota", "comentario",
		}},
	}
}
