module keystile.test/client

go 1.23
