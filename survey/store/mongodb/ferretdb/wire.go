package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// MongoDB's wire protocol: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/.
const (
	headerSize = 16
	opMsg      = 2013
	maxMessage = 48_000_000

	// sectionBody and sectionDocuments are the kinds of an OP_MSG's sections: one document, or a named sequence.
	sectionBody      = 0
	sectionDocuments = 1
)

// message is one message of the wire protocol.
type message struct {
	requestID, responseTo, opcode int32
	payload                       []byte
}

func readMessage(r io.Reader) (message, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(r, header[:]); err != nil {
		return message{}, err
	}
	size := int32(binary.LittleEndian.Uint32(header[:]))
	if size < headerSize || size > maxMessage {
		return message{}, fmt.Errorf("a message of %d bytes", size)
	}
	m := message{
		requestID:  int32(binary.LittleEndian.Uint32(header[4:])),
		responseTo: int32(binary.LittleEndian.Uint32(header[8:])),
		opcode:     int32(binary.LittleEndian.Uint32(header[12:])),
		payload:    make([]byte, size-headerSize),
	}
	_, err := io.ReadFull(r, m.payload)
	return m, err
}

func (m message) writeTo(w io.Writer) error {
	b := make([]byte, 0, headerSize+len(m.payload))
	for _, n := range []int32{int32(headerSize + len(m.payload)), m.requestID, m.responseTo, m.opcode} {
		b = binary.LittleEndian.AppendUint32(b, uint32(n))
	}
	_, err := w.Write(append(b, m.payload...))
	return err
}

// command returns the command of an OP_MSG, with its document sequences as arrays in it, as if they had been sent so.
func (m message) command() (bson.D, error) {
	if m.opcode != opMsg || len(m.payload) < 5 {
		return nil, errors.New("no OP_MSG")
	}
	var body, sequences bson.D
	for rest := m.payload[4:]; len(rest) > 0; {
		kind := rest[0]
		size := sectionSize(kind, rest[1:])
		if size < 5 || size > len(rest)-1 {
			return nil, errors.New("a broken section")
		}
		section := rest[1 : 1+size]
		rest = rest[1+size:]
		if kind == sectionBody {
			if err := bson.Unmarshal(section, &body); err != nil {
				return nil, err
			}
			continue
		}
		name, documents, err := sequence(section)
		if err != nil {
			return nil, err
		}
		sequences = append(sequences, bson.E{Key: name, Value: documents})
	}
	return append(body, sequences...), nil
}

func sectionSize(kind byte, b []byte) int {
	if kind > sectionDocuments || len(b) < 4 {
		return 0
	}
	return int(int32(binary.LittleEndian.Uint32(b)))
}

func sequence(section []byte) (string, bson.A, error) {
	name, rest, found := bytes.Cut(section[4:], []byte{0})
	if !found {
		return "", nil, errors.New("a broken sequence")
	}
	var documents bson.A
	for len(rest) > 0 {
		size := sectionSize(sectionBody, rest)
		if size < 5 || size > len(rest) {
			return "", nil, errors.New("a broken document")
		}
		var d bson.D
		if err := bson.Unmarshal(rest[:size], &d); err != nil {
			return "", nil, err
		}
		documents, rest = append(documents, d), rest[size:]
	}
	return string(name), documents, nil
}

// body makes an OP_MSG of one document.
func body(requestID, responseTo int32, d bson.D) (message, error) {
	raw, err := bson.Marshal(d)
	if err != nil {
		return message{}, err
	}
	return message{requestID, responseTo, opMsg, append([]byte{0, 0, 0, 0, sectionBody}, raw...)}, nil
}

// get returns a field of a document, nil when it is not there.
func get(d bson.D, name string) any {
	for _, e := range d {
		if e.Key == name {
			return e.Value
		}
	}
	return nil
}

// number returns a field that is a number of whatever type.
func number(d bson.D, name string) int {
	switch n := get(d, name).(type) {
	case int32:
		return int(n)
	case int64:
		return int(n)
	case float64:
		return int(n)
	}
	return 0
}
