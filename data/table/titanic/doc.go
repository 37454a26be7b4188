// Package titanic is the list of 891 passengers of the Titanic with who survived, embedded, and the usual features of
// it.
//
// The columns: PassengerId (1 to 891), Survived (0 or 1), Pclass (1 to 3), Name, Sex (female, male), Age in years (177
// are missing; those estimated end in .5, of children under one it is a fraction), SibSp (siblings and spouses aboard),
// Parch (parents and children aboard), Ticket, Fare in pounds, Cabin (687 are missing), Embarked (C Cherbourg,
// Q Queenstown, S Southampton; 2 are missing). 342 survived.
//
// Where the data come from is said in README.md beside the source.
package titanic
