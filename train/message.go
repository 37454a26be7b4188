package train

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
)

// Message is what a listener has to say, for the folder and the other listeners: a [Speaker]
// emits it. Name is its Kind, and Data a struct or map whose JSON fields become the event's.
type Message struct {
	Name string
	Data any
}

// Speaker is a Listener with events of its own. Speak is called once, before the first event. emit
// may then be called within On, and in Speak itself: the message is told to the folder and every listener, the speaker too,
// when all have heard the present event. It returns an error if the name is that of another kind of event, or Data no JSON
// object, or one with a member "event".
type Speaker interface {
	Listener
	Speak(emit func(Message) error)
}

// kinds are the names that messages cannot have.
var kinds = []string{Started{}.Kind(), Stepped{}.Kind(), Probed{}.Kind(), EpochEnded{}.Kind(), Checkpointed{}.Kind(), Ended{}.Kind()}

// Kind is the message's name.
func (m Message) Kind() string { return m.Name }

func (m Message) fields() []field { return nil } // Data is an object already

// object is Data as JSON, which must be an object.
func (m Message) object() ([]byte, error) {
	if m.Name == "" || slices.Contains(kinds, m.Name) {
		return nil, fmt.Errorf("train: a message cannot be named %q: a name of its own is wanted, not one of %q", m.Name, kinds)
	}
	b, err := json.Marshal(m.Data)
	if err != nil {
		return nil, fmt.Errorf("train: the message %q cannot be written as JSON: %w", m.Name, err)
	}
	if !bytes.HasPrefix(b, []byte("{")) {
		const most = 40
		return nil, fmt.Errorf("train: the message %q is %.*s in JSON; an object is wanted: give it a struct or a map", m.Name, most, b)
	}
	members, err := membersOf(b)
	if err != nil {
		return nil, fmt.Errorf("train: the message %q cannot be read back from JSON: %w", m.Name, err)
	}
	for _, member := range members {
		if member.name == "event" {
			return nil, fmt.Errorf("train: the message %q has a field \"event\", which its name stands in", m.Name)
		}
	}
	return b, nil
}

// say is what a Speaker is given.
func (r *run) say(m Message) error {
	if _, err := m.object(); err != nil {
		return err
	}
	r.said = append(r.said, m)
	return nil
}
