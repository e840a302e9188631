package main

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// gate stands between the clients and FerretDB and mends three things that a mongod does and FerretDB 1.24 does not:
//
//   - findAndModify and conditional updates are atomic: FerretDB reads and then writes, so the gate lets one write at a time
//     through to a database.
//   - Partial indexes exist. FerretDB refuses them, so the gate takes the condition away: FerretDB's unique indexes never
//     refuse documents that lack a field, which is the same as far as {field: {$exists: true}} is concerned.
//   - An error about a duplicate key names the index, and an update gets it, too: the gate looks up which index it was.
type gate struct {
	behind string
	writes sync.Map // database name -> *sync.Mutex
}

const duplicateKey = 11000

// writers are the commands that write documents; each is let through alone.
var writers = map[string]bool{
	"insert": true, "update": true, "delete": true, "findAndModify": true, "createIndexes": true, "dropIndexes": true,
	"create": true, "drop": true, "dropDatabase": true,
}

// serve passes the messages of one client on, each on the same connection to FerretDB.
func (g *gate) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", g.behind)
	if err != nil {
		return
	}
	defer server.Close()
	for {
		request, err := readMessage(client)
		if err != nil {
			return
		}
		reply, err := g.answer(server, request)
		if err != nil || reply.writeTo(client) != nil {
			return
		}
	}
}

func (g *gate) answer(server net.Conn, request message) (message, error) {
	command, err := request.command()
	if err != nil || len(command) == 0 || !writers[command[0].Key] {
		return exchange(server, request)
	}
	database, _ := get(command, "$db").(string)
	turn, _ := g.writes.LoadOrStore(database, new(sync.Mutex))
	turn.(*sync.Mutex).Lock()
	defer turn.(*sync.Mutex).Unlock()
	if command[0].Key == "createIndexes" {
		if request, err = withoutConditions(request.requestID, command); err != nil {
			return message{}, err
		}
	}
	reply, err := exchange(server, request)
	if err != nil {
		return message{}, err
	}
	return mend(server, database, command, reply)
}

func exchange(server net.Conn, request message) (message, error) {
	if err := request.writeTo(server); err != nil {
		return message{}, err
	}
	return readMessage(server)
}

// ask sends a command of the gate's own.
func ask(server net.Conn, command bson.D) (bson.D, error) {
	request, err := body(1, 0, command)
	if err != nil {
		return nil, err
	}
	reply, err := exchange(server, request)
	if err != nil {
		return nil, err
	}
	return reply.command()
}

// withoutConditions takes the partialFilterExpression away from the indexes to create.
func withoutConditions(requestID int32, command bson.D) (message, error) {
	indexes, _ := get(command, "indexes").(bson.A)
	for i, ix := range indexes {
		var kept bson.D
		for _, e := range ix.(bson.D) {
			if e.Key != "partialFilterExpression" {
				kept = append(kept, e)
			}
		}
		indexes[i] = kept
	}
	return body(requestID, 0, command)
}

// mend completes an answer about duplicate keys.
func mend(server net.Conn, database string, command bson.D, reply message) (message, error) {
	answer, err := reply.command()
	if err != nil {
		return reply, err
	}
	collection, _ := command[0].Value.(string)
	switch command[0].Key {
	case "insert":
		return mendInsert(server, database, collection, command, answer, reply)
	case "update":
		return mendUpdate(server, database, collection, command, answer, reply)
	}
	return reply, nil
}

func mendInsert(server net.Conn, database, collection string, command, answer bson.D, reply message) (message, error) {
	failures, _ := get(answer, "writeErrors").(bson.A)
	documents, _ := get(command, "documents").(bson.A)
	for n, f := range failures {
		failure := f.(bson.D)
		if number(failure, "code") != duplicateKey {
			continue
		}
		i := number(failure, "index")
		text, err := explain(server, database, collection, documents[i].(bson.D), later(documents, i, failures), true)
		if err != nil {
			return reply, err
		}
		failures[n] = writeError(i, text)
	}
	if failures == nil {
		return reply, nil
	}
	return body(reply.requestID, reply.responseTo, answer)
}

// later lists the ids of the documents behind the ith that were inserted: they are there now, and were not then.
func later(documents bson.A, i int, failures bson.A) bson.A {
	failed := map[int]bool{}
	for _, f := range failures {
		failed[number(f.(bson.D), "index")] = true
	}
	ids := bson.A{}
	for n := i + 1; n < len(documents); n++ {
		if !failed[n] {
			ids = append(ids, get(documents[n].(bson.D), "_id"))
		}
	}
	return ids
}

func writeError(index int, text string) bson.D {
	return bson.D{{Key: "index", Value: int32(index)}, {Key: "code", Value: int32(duplicateKey)}, {Key: "errmsg", Value: text}}
}

// mendUpdate turns the internal error of an update that a unique index refuses into what a mongod answers.
func mendUpdate(server net.Conn, database, collection string, command, answer bson.D, reply message) (message, error) {
	text, _ := get(answer, "errmsg").(string)
	if !strings.Contains(text, "UNIQUE constraint failed") {
		return reply, nil
	}
	updates, _ := get(command, "updates").(bson.A)
	replacement, _ := get(updates[0].(bson.D), "u").(bson.D)
	text, err := explain(server, database, collection, replacement, nil, false)
	if err != nil {
		return reply, err
	}
	return body(reply.requestID, reply.responseTo, bson.D{
		{Key: "n", Value: int32(0)}, {Key: "nModified", Value: int32(0)},
		{Key: "writeErrors", Value: bson.A{writeError(0, text)}}, {Key: "ok", Value: 1.0},
	})
}

// explain finds the index that refused a document: the id when it counts, else the first unique one that is taken by another
// document. Documents with an id among ignored do not count.
func explain(server net.Conn, database, collection string, document bson.D, ignored bson.A, idCounts bool) (string, error) {
	message := func(name string) string {
		return fmt.Sprintf("E11000 duplicate key error collection: %s.%s index: %s dup key: {}", database, collection, name)
	}
	id := bson.E{Key: "_id", Value: get(document, "_id")}
	if idCounts && !slices.Contains(ignored, id.Value) {
		taken, err := exists(server, database, collection, bson.D{id})
		if taken || err != nil {
			return message("_id_"), err
		}
	}
	reply, err := ask(server, bson.D{{Key: "listIndexes", Value: collection}, {Key: "$db", Value: database}})
	if err != nil {
		return "", err
	}
	cursor, _ := get(reply, "cursor").(bson.D)
	batch, _ := get(cursor, "firstBatch").(bson.A)
	for _, entry := range batch {
		ix := entry.(bson.D)
		if unique, _ := get(ix, "unique").(bool); !unique {
			continue
		}
		filter, whole := keyOf(ix, document)
		if !whole {
			continue
		}
		filter = append(filter, bson.E{Key: "_id", Value: bson.D{{Key: "$nin", Value: append(ignored, id.Value)}}})
		taken, err := exists(server, database, collection, filter)
		if taken || err != nil {
			return message(fmt.Sprint(get(ix, "name"))), err
		}
	}
	return "", fmt.Errorf("no index of %s.%s refuses %v", database, collection, id.Value)
}

// keyOf returns the document's key in an index, and whether it has all of it.
func keyOf(ix, document bson.D) (bson.D, bool) {
	var filter bson.D
	fields, _ := get(ix, "key").(bson.D)
	for _, f := range fields {
		value := get(document, f.Key)
		if value == nil {
			return nil, false
		}
		filter = append(filter, bson.E{Key: f.Key, Value: value})
	}
	return filter, true
}

func exists(server net.Conn, database, collection string, filter bson.D) (bool, error) {
	reply, err := ask(server, bson.D{
		{Key: "find", Value: collection}, {Key: "filter", Value: filter}, {Key: "limit", Value: int64(1)},
		{Key: "singleBatch", Value: true}, {Key: "$db", Value: database},
	})
	if err != nil {
		return false, err
	}
	cursor, _ := get(reply, "cursor").(bson.D)
	batch, _ := get(cursor, "firstBatch").(bson.A)
	return len(batch) > 0, nil
}
