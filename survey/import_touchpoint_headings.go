package survey

func touchpointFields() []ImportField {
	refs := customerRefs(true, fieldContactEmail)
	return append([]ImportField{
		{Name: fieldExternalID, About: "the record's number in your own systems; it makes importing again safe", headings: []string{
			"externalid", "touchpointid", "orderid", "ordernumber", "orderno", "eventid", "transactionid", "invoiceid", "invoicenumber",
			"invoiceno", "invoice", "ticketid", "id", "number", "no", "nr", "reference", "ref", "belegnummer", "belegnr", "bestellnummer",
			"auftragsnummer", "auftragsnr", "rechnungsnummer", "rechnungsnr", "vorgang", "numerocommande", "nocommande", "numerofacture",
			"conversationid", "chargeid", "paymentid", "ordername", "transaction", "dealid", "opportunityid", "activityid", "callid", "paymentintentid", "recordid", "idpedido", "numeropedido", "numerodepedido", "numerofactura",
		}},
		refs[0], refs[1],
		{Name: fieldContactExternalID, About: "the number of the contact", headings: []string{
			"contactexternalid", "contactid", "contact", "contactnumber", "kontaktid", "kontaktnummer", "kontakt", "ansprechpartner",
			"idcontact", "idcontacto", "contacto", "requesterid",
		}},
		{Name: fieldContactEmail, About: "the address of the contact; it finds the customer, too, where nothing else names it", headings: []string{
			"contactemail", "customeremail", "email", "emailaddress", "requesteremail", "billingemail", "emailbilling", "useremail", "payeremail", "kundenemail", "emailkunde", "emailadresse", "from", "sender", "absender", "courriel", "correo", "mail", "customeremailmetadata",
		}},
		{Name: fieldKind, About: "what happened: order, login, visit and so on", headings: []string{
			"kind", "type", "eventtype", "event", "activity", "activitytype", "touchpoint", "touchpointkind", "channel", "art", "typ", "ereignis",
			"aktivitat", "vorgangsart", "evenement", "activite", "tipo", "evento", "actividad",
		}},
		{Name: fieldAt, Required: true, About: "when it happened", headings: []string{
			"at", "date", "datetime", "timestamp", "time", "when", "day", "orderdate", "eventdate", "transactiondate", "invoicedate",
			"occurredat", "createdat", "created", "datum", "zeitpunkt", "bestelldatum", "auftragsdatum", "rechnungsdatum", "belegdatum", "tag",
			"datedecommande", "datecommande", "datefacture", "jour", "fecha", "fechapedido", "fechadepedido", "fechafactura", "dia", "createddate", "createdate", "creationdate", "datecreated", "createdon", "createdtime", "createdateutc", "createdutc", "createdateutc", "paidat", "paiddate", "paymentdate", "orderedat", "completedat", "datecompleted", "closedate", "closedat", "duedate", "startedat", "starttime", "requestedat", "activitydate", "lastactivitydate", "ticketcreatedat", "createdateinvoice", "zahlungsdatum", "buchungsdatum", "valuta", "erstelltam", "angelegtam", "erstellungsdatum", "datumuhrzeit", "datecreation", "fechadecreacion",
		}},
		{Name: fieldValue, About: "what it is worth", headings: []string{
			"value", "amount", "total", "revenue", "price", "sum", "netamount", "nettotal", "grossamount", "ordervalue", "wert", "betrag",
			"ordertotal", "ordertotalamount", "subtotal", "grandtotal", "amountpaid", "convertedamount", "nettototal", "totalprice", "totalamount", "dealvalue", "gross", "net", "umsatz", "summe", "nettobetrag", "gesamt", "preis", "montant", "valeur", "prix", "importe", "valor", "monto", "precio",
		}},
		{Name: fieldNote, About: "words about it", headings: []string{
			"note", "notes", "comment", "comments", "description", "subject", "text", "notiz", "bemerkung", "kommentar", "beschreibung",
			"betreff", "title", "summary", "ticketsubject", "titel", "verwendungszweck", "commentaire", "remarque", "sujet", "nota", "comentario", "descripcion", "asunto",
		}},
	}, outcomeFields()...)
}

// outcomeFields are what a file tells of whether a thing happened at all, and stood: a payment that failed or an order that was cancelled is no
// sign of life.
func outcomeFields() []ImportField {
	return []ImportField{
		{Name: fieldOutcome, About: "what became of it: paid, failed, refunded, cancelled and so on; what did not happen, or was taken back, is passed over", headings: []string{
			"outcome", "status", "state", "paymentstatus", "orderstatus", "financialstatus", "chargestatus", "invoicestatus", "transactionstatus", "zahlungsstatus", "bestellstatus", "auftragsstatus", "rechnungsstatus", "statut", "estado", "etat", "stage", "dealstage", "opportunitystage", "stagename", "dealphase", "verkaufsphase", "phase",
		}},
		{Name: fieldCancelled, About: "when it was cancelled, or yes or no", headings: []string{
			"cancelledat", "canceledat", "cancelled", "canceled", "cancelledon", "cancelleddate", "storniertam", "storniert", "storno", "voidedat", "voided", "deletedat", "annulele", "annule", "canceladoel", "cancelado",
		}},
		{Name: fieldRefunded, About: "how much of its worth was given back", headings: []string{
			"amountrefunded", "refundedamount", "refundamount", "orderrefundamount", "refunded", "totalrefunded", "erstattet", "erstattungsbetrag", "erstatteterbetrag", "rembourse", "montantrembourse", "reembolsado",
		}},
		{Name: fieldCaptured, About: "no where the money was only reserved", headings: []string{"captured", "iscaptured", "eingezogen"}},
		{Name: fieldTest, About: "yes where it was only a test", headings: []string{"test", "istest", "testmode", "mode", "livemode", "testmodus", "istestbestellung", "sandbox"}},
	}
}
