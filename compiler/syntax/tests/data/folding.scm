Foo #!fold-case Foo ΣΑΣ |Foo| #\A #\SPACE "Foo" #T #!no-fold-case Foo
